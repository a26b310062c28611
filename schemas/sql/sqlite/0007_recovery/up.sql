-- Certificates that are known by their serial alone, because the store went back to before they were issued, and that are
-- held or revoked for good.
CREATE TABLE recovered_statuses (
    id           TEXT    NOT NULL PRIMARY KEY,
    authority_id TEXT    NOT NULL REFERENCES authorities (id),
    serial       BLOB    NOT NULL,
    status       TEXT    NOT NULL CHECK (status IN ('held', 'revoked')),
    status_since INTEGER NOT NULL,
    reason       TEXT,
    invalidity_date INTEGER,
    created_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    UNIQUE (authority_id, serial)
) STRICT;
