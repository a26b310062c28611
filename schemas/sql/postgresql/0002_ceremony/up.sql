-- The first administrators are registered by key before there is an authority to certify them: certificate_id may be null.
ALTER TABLE administrators ALTER COLUMN certificate_id DROP NOT NULL;

-- Requests for the certificate of an authority that left for a ceremony, and what became of them.
CREATE TABLE authority_requests (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    authority_id    TEXT COLLATE "C" NOT NULL REFERENCES authorities (id),
    -- Counts all requests of this store, from 1.
    sequence        BIGINT  NOT NULL UNIQUE,
    nonce           BYTEA   NOT NULL UNIQUE,
    -- PKCS#10, DER.
    request         BYTEA   NOT NULL,
    state           TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'answered', 'superseded')),
    -- SM3 of the answer that was taken, and of the transcript that it names.
    answer_hash     BYTEA,
    transcript_hash BYTEA,
    created_at      BIGINT  NOT NULL,
    closed_at       BIGINT,
    version         INTEGER NOT NULL,
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK ((state = 'answered') = (answer_hash IS NOT NULL)),
    CHECK ((answer_hash IS NULL) = (transcript_hash IS NULL))
);
CREATE INDEX authority_requests_newest ON authority_requests (authority_id, sequence);
