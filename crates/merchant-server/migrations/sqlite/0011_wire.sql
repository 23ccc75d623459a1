-- Every message between us and the wallets about an order, to the byte, kept with what it led to.
CREATE TABLE wire (
    number    INTEGER PRIMARY KEY,
    order_id  TEXT    NOT NULL REFERENCES orders (id),
    about     TEXT    NOT NULL, -- an attempt's id or a refund's key
    direction TEXT    NOT NULL CHECK (direction IN ('sent', 'received')),
    operation TEXT    NOT NULL,
    uri       TEXT    NOT NULL,
    client_id TEXT    NOT NULL,
    time      TEXT    NOT NULL, -- the text of the header that was signed
    signature TEXT    NOT NULL,
    status    INTEGER,          -- of an answer
    body      BLOB    NOT NULL,
    at        INTEGER NOT NULL,
    verdict   TEXT    NOT NULL
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
