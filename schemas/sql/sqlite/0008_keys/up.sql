-- Certificates on one key by pages: a key may be on a hundred thousand of them.
DROP INDEX certificates_key;
CREATE INDEX certificates_key ON certificates (key_fingerprint, id);
