-- The part of what an authority issued that a list is about: 0 for the whole, else the number in the address of the list.
ALTER TABLE certificates ADD COLUMN shard INTEGER NOT NULL DEFAULT 0;
CREATE INDEX certificates_listed_shard ON certificates (authority_id, shard, serial, status, status_since, reason,
    invalidity_date, not_after, status_changed_at) WHERE status_since IS NOT NULL AND shard > 0;

CREATE TABLE crls_new (
    id           TEXT    NOT NULL PRIMARY KEY,
    intent_id    TEXT    NOT NULL REFERENCES intents (id),
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
    delta        INTEGER NOT NULL CHECK (delta IN (0, 1)),
    -- The number of the full list that a delta adds to.
    base_number  INTEGER,
    -- Octets of the signed part where that is in crl_parts, and der holds what follows it; else 0.
    tbs_octets   INTEGER NOT NULL,
    shard        INTEGER NOT NULL,
    -- Last, so that reading the other columns does not page through it.
    der          BLOB    NOT NULL,
    UNIQUE (authority_id, number, delta),
    UNIQUE (intent_id, delta),
    CHECK (delta = (base_number IS NOT NULL))
) STRICT;
INSERT INTO crls_new SELECT id, intent_id, authority_id, number, this_update, next_update, entries, scheduled,
    status_position, tbs_hash, created_at, version, delta, base_number, tbs_octets, 0, der FROM crls;
DROP TABLE crls;
ALTER TABLE crls_new RENAME TO crls;
CREATE INDEX crls_newest ON crls (authority_id, shard, delta, number);
