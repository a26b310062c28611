-- A number may stand for a full list and a delta that are issued together; long lists are kept in parts.
ALTER TABLE crls DROP CONSTRAINT crls_intent_id_key;
ALTER TABLE crls DROP CONSTRAINT crls_authority_id_number_key;
ALTER TABLE crls ADD COLUMN delta BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE crls ALTER COLUMN delta DROP DEFAULT;
-- The number of the full list that a delta adds to.
ALTER TABLE crls ADD COLUMN base_number BIGINT;
-- Octets of the signed part where that is in crl_parts, and der holds what follows it; else 0.
ALTER TABLE crls ADD COLUMN tbs_octets BIGINT NOT NULL DEFAULT 0;
ALTER TABLE crls ALTER COLUMN tbs_octets DROP DEFAULT;
ALTER TABLE crls ADD UNIQUE (authority_id, number, delta);
ALTER TABLE crls ADD UNIQUE (intent_id, delta);
ALTER TABLE crls ADD CHECK (delta = (base_number IS NOT NULL));
CREATE INDEX crls_newest ON crls (authority_id, delta, number);

-- The signed part of long lists. Not audited: the hash of the whole stands in crls. Those of lists that two newer ones
-- followed are dropped.
CREATE TABLE crl_parts (
    crl_id       TEXT COLLATE "C" NOT NULL,
    part         INTEGER NOT NULL,
    authority_id TEXT COLLATE "C" NOT NULL REFERENCES authorities (id),
    bytes        BYTEA   NOT NULL,
    PRIMARY KEY (crl_id, part)
);
-- Serials are random: packing them takes time and gains nothing.
ALTER TABLE crl_parts ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX crl_parts_authority ON crl_parts (authority_id, crl_id);

-- All that a list says, so that the rows themselves, which are spread, need not be read.
CREATE INDEX certificates_listed ON certificates (authority_id, serial, status, status_since, reason, invalidity_date,
    not_after, status_changed_at) WHERE status_since IS NOT NULL;
DROP INDEX certificates_not_good;
