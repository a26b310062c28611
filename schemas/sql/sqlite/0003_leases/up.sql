-- Work that one server does at a time. Not audited: it says who works, not what was done.
CREATE TABLE leases (
    name       TEXT    NOT NULL PRIMARY KEY,
    -- A random id of this taking.
    holder     TEXT    NOT NULL,
    -- Rises with each taking: what is written under an older one is refused.
    fencing    INTEGER NOT NULL,
    -- By the database's clock.
    expires_at INTEGER NOT NULL
) STRICT;
