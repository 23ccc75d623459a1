-- What is personal or secret is sealed by the server's data key: a database tells nothing of it by itself.

-- Nothing that was written down openly stays. No release kept any of it, so a database that has some was a
-- trial's, and is left as it is.
CREATE TABLE written_openly (some INTEGER NOT NULL) STRICT;
CREATE TRIGGER nothing_was_written_openly BEFORE INSERT ON written_openly
WHEN EXISTS (SELECT 1 FROM orders) OR EXISTS (SELECT 1 FROM notifications)
BEGIN
    SELECT RAISE(ABORT, 'its orders are from before they were encrypted; move it away and start with a new one');
END;
INSERT INTO written_openly VALUES (0);
DROP TABLE written_openly;
DELETE FROM quotes;
DELETE FROM secrets; -- made anew, and sealed

ALTER TABLE quotes DROP COLUMN address;
ALTER TABLE quotes ADD COLUMN address BLOB; -- sealed

ALTER TABLE orders DROP COLUMN address;
ALTER TABLE orders ADD COLUMN address BLOB; -- sealed
ALTER TABLE orders DROP COLUMN tracking;
ALTER TABLE orders ADD COLUMN tracking BLOB; -- sealed

-- `pay_request` is sealed too, as are `refunds.refund_request`, `notifications.body`, `outbox.body` and
-- `secrets.value`, which have always been bytes.
ALTER TABLE attempts DROP COLUMN cashier;
ALTER TABLE attempts ADD COLUMN cashier BLOB; -- sealed

-- What a person wrote down. SQLite wants a default here; it is no sealed value, so it opens for nobody.
DROP TRIGGER refunds_keep_their_terms;
ALTER TABLE refunds DROP COLUMN reason;
ALTER TABLE refunds ADD COLUMN reason BLOB NOT NULL DEFAULT x''; -- sealed
CREATE TRIGGER refunds_keep_their_terms
BEFORE UPDATE OF wallet, refund_request_id, order_id, attempt_id, number, amount, reason, requested_by, requested_at ON refunds
BEGIN
    SELECT RAISE(ABORT, 'a refund keeps its ids and amount');
END;

-- An event is known by its place in the change that it came with, so that its detail can be sealed for it.
DROP TABLE events;
CREATE TABLE events (
    seq        INTEGER PRIMARY KEY,
    order_id   TEXT    NOT NULL REFERENCES orders (id),
    version    INTEGER NOT NULL,
    position   INTEGER NOT NULL, -- among the events of this version
    at         INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    attempt_id TEXT,
    detail     BLOB    NOT NULL  -- sealed
) STRICT;
CREATE UNIQUE INDEX events_by_order ON events (order_id, version, position);
CREATE TRIGGER events_are_kept BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;
CREATE TRIGGER events_are_final BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;

DROP TABLE wire;
CREATE TABLE wire (
    number    INTEGER PRIMARY KEY,
    order_id  TEXT    NOT NULL REFERENCES orders (id),
    key       BLOB    NOT NULL, -- of chance: for it the message is sealed, whose number comes later
    about     TEXT    NOT NULL, -- an attempt's id or a refund's key
    direction TEXT    NOT NULL CHECK (direction IN ('sent', 'received')),
    operation TEXT    NOT NULL,
    status    INTEGER,          -- of an answer
    at        INTEGER NOT NULL,
    head      BLOB    NOT NULL, -- sealed: path, client id, time, signature, what we made of it
    body      BLOB    NOT NULL  -- sealed: the exact bytes
) STRICT;
CREATE INDEX wire_by_order ON wire (order_id, number);
CREATE TRIGGER wire_is_kept BEFORE DELETE ON wire
BEGIN
    SELECT RAISE(ABORT, 'messages are append-only');
END;
CREATE TRIGGER wire_is_final BEFORE UPDATE ON wire
BEGIN
    SELECT RAISE(ABORT, 'messages are append-only');
END;
