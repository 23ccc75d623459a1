-- Messages to the merchant's own systems, one row for each that is to hear of it. Written with the change that
-- they tell of. A pending message that is due is claimed by making it due again when the claim's lease is over.
CREATE TABLE outbox (
    number     INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL,
    endpoint   TEXT    NOT NULL,
    order_id   TEXT    NOT NULL REFERENCES orders (id),
    kind       TEXT    NOT NULL,
    body       BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    status     TEXT    NOT NULL CHECK (status IN ('pending', 'delivered', 'parked')),
    status_at  INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    tries      INTEGER NOT NULL, -- since it was written down, or asked for again
    fence      INTEGER NOT NULL, -- rises with every claim; only its last holder may say what became of it
    answer     TEXT,             -- what the last try brought
    UNIQUE (id, endpoint)
) STRICT;
CREATE INDEX outbox_due ON outbox (endpoint, due_at) WHERE status = 'pending';
CREATE INDEX outbox_by_order ON outbox (order_id, number);
CREATE INDEX outbox_parked ON outbox (number) WHERE status = 'parked';

-- What was announced once is what is sent again.
CREATE TRIGGER messages_keep_their_bytes BEFORE UPDATE OF number, id, endpoint, order_id, kind, body, created_at ON outbox
BEGIN
    SELECT RAISE(ABORT, 'a message keeps its id and bytes');
END;
