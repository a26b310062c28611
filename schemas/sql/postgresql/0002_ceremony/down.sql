DROP TABLE authority_requests;
-- Administrators without a certificate cannot be kept: the older program would not know them.
DELETE FROM administrators WHERE certificate_id IS NULL;
ALTER TABLE administrators ALTER COLUMN certificate_id SET NOT NULL;
