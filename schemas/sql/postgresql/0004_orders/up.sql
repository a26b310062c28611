-- Which intent answers an order that is sent again. Not audited: the intents are.
CREATE TABLE idempotency_keys (
    -- SM3 over who asks, for which operation, authority and profile, and the key by which they name the order.
    scope        BYTEA  NOT NULL PRIMARY KEY,
    -- SM3 over the request: another one under the same key is refused.
    request_hash BYTEA  NOT NULL,
    intent_id    TEXT COLLATE "C" NOT NULL REFERENCES intents (id),
    expires_at   BIGINT NOT NULL
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
