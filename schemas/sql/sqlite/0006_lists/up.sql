-- A number may stand for a full list and a delta that are issued together; long lists are kept in parts.
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
    -- Last, so that reading the other columns does not page through it.
    der          BLOB    NOT NULL,
    UNIQUE (authority_id, number, delta),
    UNIQUE (intent_id, delta),
    CHECK (delta = (base_number IS NOT NULL))
) STRICT;
INSERT INTO crls_new SELECT id, intent_id, authority_id, number, this_update, next_update, entries, scheduled,
    status_position, tbs_hash, created_at, version, 0, NULL, 0, der FROM crls;
DROP TABLE crls;
ALTER TABLE crls_new RENAME TO crls;
CREATE INDEX crls_newest ON crls (authority_id, delta, number);

-- The signed part of long lists. Not audited: the hash of the whole stands in crls. Those of lists that two newer ones
-- followed are dropped.
CREATE TABLE crl_parts (
    crl_id       TEXT    NOT NULL,
    part         INTEGER NOT NULL,
    authority_id TEXT    NOT NULL REFERENCES authorities (id),
    bytes        BLOB    NOT NULL,
    PRIMARY KEY (crl_id, part)
) STRICT;
CREATE INDEX crl_parts_authority ON crl_parts (authority_id, crl_id);

-- All that a list says, so that the rows themselves, which are spread, need not be read.
CREATE INDEX certificates_listed ON certificates (authority_id, serial, status, status_since, reason, invalidity_date,
    not_after, status_changed_at) WHERE status_since IS NOT NULL;
DROP INDEX certificates_not_good;
