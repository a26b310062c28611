CREATE INDEX certificates_not_good ON certificates (authority_id, serial) WHERE status_since IS NOT NULL;
DROP INDEX certificates_listed;
DROP TABLE crl_parts;
DELETE FROM crls WHERE delta = 1 OR tbs_octets > 0;
CREATE TABLE crls_old (
    id           TEXT    NOT NULL PRIMARY KEY,
    intent_id    TEXT    NOT NULL UNIQUE REFERENCES intents (id),
    authority_id TEXT    NOT NULL REFERENCES authorities (id),
    number       INTEGER NOT NULL,
    this_update  INTEGER NOT NULL,
    next_update  INTEGER NOT NULL,
    entries      INTEGER NOT NULL,
    scheduled    INTEGER NOT NULL CHECK (scheduled IN (0, 1)),
    status_position INTEGER NOT NULL,
    tbs_hash     BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    der          BLOB    NOT NULL,
    UNIQUE (authority_id, number)
) STRICT;
INSERT INTO crls_old SELECT id, intent_id, authority_id, number, this_update, next_update, entries, scheduled,
    status_position, tbs_hash, created_at, version, der FROM crls;
DROP TABLE crls;
ALTER TABLE crls_old RENAME TO crls;
