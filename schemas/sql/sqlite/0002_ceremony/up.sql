-- The first administrators are registered by key before there is an authority to certify them: certificate_id may be null.
CREATE TABLE administrators_new (
    id              TEXT    NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL,
    key_fingerprint TEXT    NOT NULL UNIQUE,
    spki            BLOB    NOT NULL,
    certificate_id  TEXT    REFERENCES certificates (id),
    active          INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL
) STRICT;
INSERT INTO administrators_new SELECT id, name, key_fingerprint, spki, certificate_id, active, created_at, version
    FROM administrators;
DROP TABLE administrators;
ALTER TABLE administrators_new RENAME TO administrators;

-- Requests for the certificate of an authority that left for a ceremony, and what became of them.
CREATE TABLE authority_requests (
    id              TEXT    NOT NULL PRIMARY KEY,
    authority_id    TEXT    NOT NULL REFERENCES authorities (id),
    -- Counts all requests of this store, from 1.
    sequence        INTEGER NOT NULL UNIQUE,
    nonce           BLOB    NOT NULL UNIQUE,
    -- PKCS#10, DER.
    request         BLOB    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('open', 'answered', 'superseded')),
    -- SM3 of the answer that was taken, and of the transcript that it names.
    answer_hash     BLOB,
    transcript_hash BLOB,
    created_at      INTEGER NOT NULL,
    closed_at       INTEGER,
    version         INTEGER NOT NULL,
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK ((state = 'answered') = (answer_hash IS NOT NULL)),
    CHECK ((answer_hash IS NULL) = (transcript_hash IS NULL))
) STRICT;
CREATE INDEX authority_requests_newest ON authority_requests (authority_id, sequence);
