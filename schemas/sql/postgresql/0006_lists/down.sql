CREATE INDEX certificates_not_good ON certificates (authority_id, serial) WHERE status_since IS NOT NULL;
DROP INDEX certificates_listed;
DROP TABLE crl_parts;
DELETE FROM crls WHERE delta OR tbs_octets > 0;
ALTER TABLE crls DROP COLUMN delta CASCADE, DROP COLUMN base_number CASCADE, DROP COLUMN tbs_octets CASCADE;
ALTER TABLE crls ADD UNIQUE (intent_id);
ALTER TABLE crls ADD UNIQUE (authority_id, number);
