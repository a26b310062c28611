DROP INDEX crls_newest;
DELETE FROM crls WHERE shard > 0;
ALTER TABLE crls DROP COLUMN shard;
CREATE INDEX crls_newest ON crls (authority_id, delta, number);
DROP INDEX certificates_listed_shard;
ALTER TABLE certificates DROP COLUMN shard;
