DROP TABLE recovered_statuses;
