DELETE FROM crls WHERE shard > 0;
CREATE TABLE crls_old (
    id           TEXT    NOT NULL PRIMARY KEY,
    intent_id    TEXT    NOT NULL REFERENCES intents (id),
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
    delta        INTEGER NOT NULL CHECK (delta IN (0, 1)),
    base_number  INTEGER,
    tbs_octets   INTEGER NOT NULL,
    der          BLOB    NOT NULL,
    UNIQUE (authority_id, number, delta),
    UNIQUE (intent_id, delta),
    CHECK (delta = (base_number IS NOT NULL))
) STRICT;
INSERT INTO crls_old SELECT id, intent_id, authority_id, number, this_update, next_update, entries, scheduled,
    status_position, tbs_hash, created_at, version, delta, base_number, tbs_octets, der FROM crls;
DROP TABLE crls;
ALTER TABLE crls_old RENAME TO crls;
CREATE INDEX crls_newest ON crls (authority_id, delta, number);
DROP INDEX certificates_listed_shard;
ALTER TABLE certificates DROP COLUMN shard;
