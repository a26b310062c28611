DROP INDEX certificates_key;
CREATE INDEX certificates_key ON certificates (key_fingerprint);
