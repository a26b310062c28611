-- Work that one server does at a time. Not audited: it says who works, not what was done.
CREATE TABLE leases (
    name       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    -- A random id of this taking.
    holder     TEXT COLLATE "C" NOT NULL,
    -- Rises with each taking: what is written under an older one is refused.
    fencing    BIGINT NOT NULL,
    -- By the database's clock.
    expires_at BIGINT NOT NULL
);
