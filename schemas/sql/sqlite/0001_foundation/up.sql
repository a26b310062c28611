-- Times are microseconds since 1970-01-01T00:00:00Z. Ids are UUIDs in text: version 7, of subjects version 4.
-- `version` counts the versions of a row; each has one entry in audit_entries. Only nonces are not audited.

CREATE TABLE authorities (
    id             TEXT    NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL UNIQUE,
    kind           TEXT    NOT NULL CHECK (kind IN ('root', 'issuing')),
    parent_id      TEXT    REFERENCES authorities (id),
    -- Null from the making of the key to the issuing of the certificate.
    certificate    BLOB,
    key_name       TEXT    NOT NULL,
    sm2_parameters TEXT    NOT NULL CHECK (sm2_parameters IN ('absent', 'null')),
    origin         TEXT    NOT NULL CHECK (origin IN ('dev', 'ceremony')),
    created_at     INTEGER NOT NULL,
    version        INTEGER NOT NULL
) STRICT;

CREATE TABLE subjects (
    id         TEXT    NOT NULL PRIMARY KEY,
    name_der   BLOB    NOT NULL,
    -- SM3 of name_der; null for the empty name, which names nobody and so is never shared.
    name_hash  BLOB    UNIQUE,
    -- The name as text in lower case.
    search     TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    version    INTEGER NOT NULL
) STRICT;
CREATE INDEX subjects_search ON subjects (search, id);

CREATE TABLE intents (
    id              TEXT    NOT NULL PRIMARY KEY,
    kind            TEXT    NOT NULL CHECK (kind IN ('certificate', 'crl')),
    authority_id    TEXT    NOT NULL REFERENCES authorities (id),
    serial          BLOB,
    crl_number      INTEGER,
    tbs             BLOB    NOT NULL,
    tbs_hash        BLOB    NOT NULL,
    profile         TEXT    NOT NULL,
    profile_hash    BLOB,
    requester       TEXT    NOT NULL,
    idempotency_key TEXT,
    state           TEXT    NOT NULL CHECK (state IN ('open', 'done', 'failed')),
    fencing         INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    closed_at       INTEGER,
    version         INTEGER NOT NULL,
    UNIQUE (serial, authority_id),
    UNIQUE (authority_id, crl_number),
    CHECK ((kind = 'certificate') = (serial IS NOT NULL)),
    CHECK ((kind = 'crl') = (crl_number IS NOT NULL)),
    CHECK ((state = 'open') = (closed_at IS NULL))
) STRICT;
CREATE INDEX intents_open ON intents (created_at) WHERE closed_at IS NULL;

CREATE TABLE certificates (
    id                TEXT    NOT NULL PRIMARY KEY,
    intent_id         TEXT    NOT NULL UNIQUE REFERENCES intents (id),
    authority_id      TEXT    NOT NULL REFERENCES authorities (id),
    serial            BLOB    NOT NULL,
    subject_id        TEXT    NOT NULL REFERENCES subjects (id),
    subject           TEXT    NOT NULL,
    profile           TEXT    NOT NULL,
    profile_hash      BLOB    NOT NULL,
    der               BLOB    NOT NULL,
    tbs_hash          BLOB    NOT NULL,
    key_fingerprint   BLOB    NOT NULL,
    status            TEXT    NOT NULL CHECK (status IN ('good', 'held', 'revoked')),
    -- Since when it is held or revoked; null while it is good.
    status_since      INTEGER,
    reason            TEXT,
    invalidity_date   INTEGER,
    -- When the status was last changed, releases included; null if never.
    status_changed_at INTEGER,
    -- The audit's sequence at that change: changes in the order in which they were committed.
    status_position   INTEGER,
    not_before        INTEGER NOT NULL,
    not_after         INTEGER NOT NULL,
    requester         TEXT    NOT NULL,
    issued_at         INTEGER NOT NULL,
    version           INTEGER NOT NULL,
    UNIQUE (serial, authority_id),
    CHECK ((status = 'good') = (status_since IS NULL)),
    CHECK ((status = 'revoked') = (reason IS NOT NULL))
) STRICT;
CREATE INDEX certificates_key ON certificates (key_fingerprint);
CREATE INDEX certificates_subject ON certificates (subject_id);
CREATE INDEX certificates_expiry ON certificates (not_after);
CREATE INDEX certificates_not_good ON certificates (authority_id, serial) WHERE status_since IS NOT NULL;
CREATE INDEX certificates_status ON certificates (status, id) WHERE status_since IS NOT NULL;
CREATE INDEX certificates_changed ON certificates (authority_id, status_position)
    WHERE status_position IS NOT NULL;

CREATE TABLE crls (
    id           TEXT    NOT NULL PRIMARY KEY,
    intent_id    TEXT    NOT NULL UNIQUE REFERENCES intents (id),
    authority_id TEXT    NOT NULL REFERENCES authorities (id),
    number       INTEGER NOT NULL,
    this_update  INTEGER NOT NULL,
    next_update  INTEGER NOT NULL,
    entries      INTEGER NOT NULL,
    scheduled    INTEGER NOT NULL CHECK (scheduled IN (0, 1)),
    -- The newest status_position that it takes into account.
    status_position INTEGER NOT NULL,
    tbs_hash     BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    -- Last, so that reading the other columns does not page through it.
    der          BLOB    NOT NULL,
    UNIQUE (authority_id, number)
) STRICT;

CREATE TABLE ocsp_signers (
    id           TEXT    NOT NULL PRIMARY KEY,
    authority_id TEXT    NOT NULL REFERENCES authorities (id),
    certificate  BLOB    NOT NULL,
    key_name     TEXT    NOT NULL,
    not_after    INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL
) STRICT;
CREATE INDEX ocsp_signers_newest ON ocsp_signers (authority_id, id);

CREATE TABLE administrators (
    id              TEXT    NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL,
    key_fingerprint TEXT    NOT NULL UNIQUE,
    spki            BLOB    NOT NULL,
    certificate_id  TEXT    NOT NULL REFERENCES certificates (id),
    active          INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL
) STRICT;

CREATE TABLE enrollment_credentials (
    id         TEXT    NOT NULL PRIMARY KEY,
    user_name  TEXT    NOT NULL UNIQUE,
    salt       BLOB    NOT NULL,
    verifier   BLOB    NOT NULL,
    -- A JSON list of profile names.
    profiles   TEXT    NOT NULL,
    active     INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at INTEGER NOT NULL,
    version    INTEGER NOT NULL
) STRICT;

CREATE TABLE blocked_keys (
    id         TEXT    NOT NULL PRIMARY KEY,
    -- SHA-256 over algorithm and point or modulus.
    key        BLOB    NOT NULL UNIQUE,
    reason     TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    version    INTEGER NOT NULL
) STRICT;

CREATE TABLE nonces (
    key_fingerprint TEXT    NOT NULL,
    nonce           TEXT    NOT NULL,
    expires_at      INTEGER NOT NULL,
    PRIMARY KEY (key_fingerprint, nonce)
) STRICT;
CREATE INDEX nonces_expiry ON nonces (expires_at);

CREATE TABLE settings (
    name       TEXT    NOT NULL PRIMARY KEY,
    value      TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,
    version    INTEGER NOT NULL
) STRICT;

CREATE TABLE audit_entries (
    sequence    INTEGER NOT NULL PRIMARY KEY,
    at          INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    action      TEXT    NOT NULL,
    -- Empty, with row_version 0, where an act was refused and no row changed.
    table_name  TEXT    NOT NULL,
    row_id      TEXT    NOT NULL,
    row_version INTEGER NOT NULL,
    detail      TEXT    NOT NULL,
    evidence    BLOB,
    previous    BLOB    NOT NULL,
    hash        BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX audit_entries_row ON audit_entries (table_name, row_id, row_version) WHERE row_version > 0;
