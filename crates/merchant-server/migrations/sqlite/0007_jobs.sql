-- A job's id is never another one's: who claimed a job that is gone must not hold a later one.
CREATE TABLE numbered_jobs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT    NOT NULL,
    order_id    TEXT    NOT NULL REFERENCES orders (id),
    subject_id  TEXT    NOT NULL, -- an attempt, or a refund; '' for the order's own jobs
    due_at      INTEGER NOT NULL,
    lease_until INTEGER,          -- set while somebody works on it
    fence       INTEGER NOT NULL, -- rises with every claim; only its last holder may finish it
    UNIQUE (order_id, kind, subject_id)
) STRICT;
INSERT INTO numbered_jobs SELECT id, kind, order_id, subject_id, due_at, lease_until, fence FROM jobs;
DROP TABLE jobs;
ALTER TABLE numbered_jobs RENAME TO jobs;
CREATE INDEX jobs_due ON jobs (due_at) WHERE lease_until IS NULL;
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE lease_until IS NOT NULL;
