DROP TABLE authority_requests;
-- Administrators without a certificate cannot be kept: the older program would not know them.
CREATE TABLE administrators_old (
    id              TEXT    NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL,
    key_fingerprint TEXT    NOT NULL UNIQUE,
    spki            BLOB    NOT NULL,
    certificate_id  TEXT    NOT NULL REFERENCES certificates (id),
    active          INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL
) STRICT;
INSERT INTO administrators_old SELECT id, name, key_fingerprint, spki, certificate_id, active, created_at, version
    FROM administrators WHERE certificate_id IS NOT NULL;
DROP TABLE administrators;
ALTER TABLE administrators_old RENAME TO administrators;
