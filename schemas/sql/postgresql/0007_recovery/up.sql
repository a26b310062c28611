-- Certificates that are known by their serial alone, because the store went back to before they were issued, and that are
-- held or revoked for good.
CREATE TABLE recovered_statuses (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    authority_id TEXT COLLATE "C" NOT NULL REFERENCES authorities (id),
    serial       BYTEA   NOT NULL,
    status       TEXT COLLATE "C" NOT NULL CHECK (status IN ('held', 'revoked')),
    status_since BIGINT NOT NULL,
    reason       TEXT COLLATE "C",
    invalidity_date BIGINT,
    created_at   BIGINT NOT NULL,
    version      INTEGER NOT NULL,
    UNIQUE (authority_id, serial)
);
