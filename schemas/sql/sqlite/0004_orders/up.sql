-- Which intent answers an order that is sent again. Not audited: the intents are.
CREATE TABLE idempotency_keys (
    -- SM3 over who asks, for which operation, authority and profile, and the key by which they name the order.
    scope        BLOB    NOT NULL PRIMARY KEY,
    -- SM3 over the request: another one under the same key is refused.
    request_hash BLOB    NOT NULL,
    intent_id    TEXT    NOT NULL REFERENCES intents (id),
    expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
