-- The part of what an authority issued that a list is about: 0 for the whole, else the number in the address of the list.
ALTER TABLE certificates ADD COLUMN shard INTEGER NOT NULL DEFAULT 0;
CREATE INDEX certificates_listed_shard ON certificates (authority_id, shard, serial, status, status_since, reason,
    invalidity_date, not_after, status_changed_at) WHERE status_since IS NOT NULL AND shard > 0;

ALTER TABLE crls ADD COLUMN shard INTEGER NOT NULL DEFAULT 0;
ALTER TABLE crls ALTER COLUMN shard DROP DEFAULT;
DROP INDEX crls_newest;
CREATE INDEX crls_newest ON crls (authority_id, shard, delta, number);
