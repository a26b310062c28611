-- The same tables as SQLite's: a test compares them. Text is compared by its bytes, as SQLite does, whatever the
-- database's collation.
-- Times are microseconds since 1970-01-01T00:00:00Z. Ids are UUIDs in text: version 7, of subjects version 4.
-- `version` counts the versions of a row; each has one entry in audit_entries. Only nonces are not audited.

CREATE TABLE authorities (
    id             TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name           TEXT COLLATE "C" NOT NULL UNIQUE,
    kind           TEXT COLLATE "C" NOT NULL CHECK (kind IN ('root', 'issuing')),
    parent_id      TEXT COLLATE "C" REFERENCES authorities (id),
    -- Null from the making of the key to the issuing of the certificate.
    certificate BYTEA,
    key_name       TEXT COLLATE "C" NOT NULL,
    sm2_parameters TEXT COLLATE "C" NOT NULL CHECK (sm2_parameters IN ('absent', 'null')),
    origin         TEXT COLLATE "C" NOT NULL CHECK (origin IN ('dev', 'ceremony')),
    created_at  BIGINT   NOT NULL,
    version     INTEGER  NOT NULL
);

CREATE TABLE subjects (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name_der   BYTEA    NOT NULL,
    -- SM3 of name_der; null for the empty name, which names nobody and so is never shared.
    name_hash  BYTEA    UNIQUE,
    -- The name as text in lower case.
    search     TEXT COLLATE "C" NOT NULL,
    created_at BIGINT   NOT NULL,
    version    INTEGER  NOT NULL
);
CREATE INDEX subjects_search ON subjects (search, id);

CREATE TABLE intents (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind            TEXT COLLATE "C" NOT NULL CHECK (kind IN ('certificate', 'crl')),
    authority_id    TEXT COLLATE "C" NOT NULL REFERENCES authorities (id),
    serial       BYTEA,
    crl_number   BIGINT,
    tbs          BYTEA    NOT NULL,
    tbs_hash     BYTEA    NOT NULL,
    profile         TEXT COLLATE "C" NOT NULL,
    profile_hash BYTEA,
    requester       TEXT COLLATE "C" NOT NULL,
    idempotency_key TEXT COLLATE "C",
    state           TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'done', 'failed')),
    fencing      BIGINT   NOT NULL,
    created_at   BIGINT   NOT NULL,
    closed_at    BIGINT,
    version      INTEGER  NOT NULL,
    UNIQUE (serial, authority_id),
    UNIQUE (authority_id, crl_number),
    CHECK ((kind = 'certificate') = (serial IS NOT NULL)),
    CHECK ((kind = 'crl') = (crl_number IS NOT NULL)),
    CHECK ((state = 'open') = (closed_at IS NULL))
);
CREATE INDEX intents_open ON intents (created_at) WHERE closed_at IS NULL;

-- Partitioned, so that no index outgrows memory and maintenance goes part by part. The keys of a partitioned table
-- hold the partition key; that an id or an intent has one certificate is kept by audit_entries_row and by the
-- intent, which is closed once.
CREATE TABLE certificates (
    id                TEXT COLLATE "C" NOT NULL,
    intent_id         TEXT COLLATE "C" NOT NULL REFERENCES intents (id),
    authority_id      TEXT COLLATE "C" NOT NULL REFERENCES authorities (id),
    serial            BYTEA    NOT NULL,
    subject_id        TEXT COLLATE "C" NOT NULL REFERENCES subjects (id),
    subject           TEXT COLLATE "C" NOT NULL,
    profile           TEXT COLLATE "C" NOT NULL,
    profile_hash      BYTEA    NOT NULL,
    der               BYTEA    NOT NULL,
    tbs_hash          BYTEA    NOT NULL,
    key_fingerprint   BYTEA    NOT NULL,
    status            TEXT COLLATE "C" NOT NULL CHECK (status IN ('good', 'held', 'revoked')),
    -- Since when it is held or revoked; null while it is good.
    status_since      BIGINT,
    reason            TEXT COLLATE "C",
    invalidity_date   BIGINT,
    -- When the status was last changed, releases included; null if never.
    status_changed_at BIGINT,
    -- The audit's sequence at that change: changes in the order in which they were committed.
    status_position   BIGINT,
    not_before        BIGINT   NOT NULL,
    not_after         BIGINT   NOT NULL,
    requester         TEXT COLLATE "C" NOT NULL,
    issued_at         BIGINT   NOT NULL,
    version           INTEGER  NOT NULL,
    PRIMARY KEY (id, serial),
    UNIQUE (intent_id, serial),
    UNIQUE (serial, authority_id),
    CHECK ((status = 'good') = (status_since IS NULL)),
    CHECK ((status = 'revoked') = (reason IS NOT NULL))
) PARTITION BY HASH (serial);
DO $$
BEGIN
    FOR part IN 0..15 LOOP
        EXECUTE format(
            'CREATE TABLE certificates_%s PARTITION OF certificates FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
            part, part
        );
    END LOOP;
END $$;
CREATE INDEX certificates_key ON certificates (key_fingerprint);
CREATE INDEX certificates_subject ON certificates (subject_id);
CREATE INDEX certificates_expiry ON certificates (not_after);
CREATE INDEX certificates_not_good ON certificates (authority_id, serial) WHERE status_since IS NOT NULL;
CREATE INDEX certificates_status ON certificates (status, id) WHERE status_since IS NOT NULL;
CREATE INDEX certificates_changed ON certificates (authority_id, status_position)
    WHERE status_position IS NOT NULL;

CREATE TABLE crls (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    intent_id    TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES intents (id),
    authority_id TEXT COLLATE "C" NOT NULL REFERENCES authorities (id),
    number          BIGINT   NOT NULL,
    this_update     BIGINT   NOT NULL,
    next_update     BIGINT   NOT NULL,
    entries         BIGINT   NOT NULL,
    scheduled       BOOLEAN  NOT NULL,
    -- The newest status_position that it takes into account.
    status_position BIGINT   NOT NULL,
    tbs_hash        BYTEA    NOT NULL,
    created_at      BIGINT   NOT NULL,
    version         INTEGER  NOT NULL,
    -- Last, so that reading the other columns does not page through it.
    der             BYTEA    NOT NULL,
    UNIQUE (authority_id, number)
);

CREATE TABLE ocsp_signers (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    authority_id TEXT COLLATE "C" NOT NULL REFERENCES authorities (id),
    certificate BYTEA    NOT NULL,
    key_name     TEXT COLLATE "C" NOT NULL,
    not_after   BIGINT   NOT NULL,
    created_at  BIGINT   NOT NULL,
    version     INTEGER  NOT NULL
);
CREATE INDEX ocsp_signers_newest ON ocsp_signers (authority_id, id);

CREATE TABLE administrators (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name            TEXT COLLATE "C" NOT NULL,
    key_fingerprint TEXT COLLATE "C" NOT NULL UNIQUE,
    spki       BYTEA    NOT NULL,
    certificate_id  TEXT COLLATE "C" NOT NULL,
    active     BOOLEAN  NOT NULL,
    created_at BIGINT   NOT NULL,
    version    INTEGER  NOT NULL
);

CREATE TABLE enrollment_credentials (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_name  TEXT COLLATE "C" NOT NULL UNIQUE,
    salt       BYTEA    NOT NULL,
    verifier   BYTEA    NOT NULL,
    -- A JSON list of profile names.
    profiles   TEXT COLLATE "C" NOT NULL,
    active     BOOLEAN  NOT NULL,
    created_at BIGINT   NOT NULL,
    version    INTEGER  NOT NULL
);

CREATE TABLE blocked_keys (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    -- SHA-256 over algorithm and point or modulus.
    key        BYTEA    NOT NULL UNIQUE,
    reason     TEXT COLLATE "C" NOT NULL,
    created_at BIGINT   NOT NULL,
    version    INTEGER  NOT NULL
);

CREATE TABLE nonces (
    key_fingerprint TEXT COLLATE "C" NOT NULL,
    nonce           TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT   NOT NULL,
    PRIMARY KEY (key_fingerprint, nonce)
);
CREATE INDEX nonces_expiry ON nonces (expires_at);

CREATE TABLE settings (
    name       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value      TEXT COLLATE "C" NOT NULL,
    changed_at BIGINT   NOT NULL,
    version    INTEGER  NOT NULL
);

CREATE TABLE audit_entries (
    sequence    BIGINT   NOT NULL PRIMARY KEY,
    at          BIGINT   NOT NULL,
    actor       TEXT COLLATE "C" NOT NULL,
    action      TEXT COLLATE "C" NOT NULL,
    -- Empty, with row_version 0, where an act was refused and no row changed.
    table_name  TEXT COLLATE "C" NOT NULL,
    row_id      TEXT COLLATE "C" NOT NULL,
    row_version INTEGER  NOT NULL,
    detail      TEXT COLLATE "C" NOT NULL,
    evidence    BYTEA,
    previous    BYTEA    NOT NULL,
    hash        BYTEA    NOT NULL
);
CREATE UNIQUE INDEX audit_entries_row ON audit_entries (table_name, row_id, row_version) WHERE row_version > 0;
