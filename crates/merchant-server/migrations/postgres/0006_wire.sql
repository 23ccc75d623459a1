-- Every message between us and the wallets about an order, to the byte, kept with what it led to.
CREATE TABLE wire (
    number    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id  TEXT    NOT NULL REFERENCES orders (id),
    about     TEXT    NOT NULL, -- an attempt's id or a refund's key
    direction TEXT    NOT NULL CHECK (direction IN ('sent', 'received')),
    operation TEXT    NOT NULL,
    uri       TEXT    NOT NULL,
    client_id TEXT    NOT NULL,
    time      TEXT    NOT NULL, -- the text of the header that was signed
    signature TEXT    NOT NULL,
    status    BIGINT,          -- of an answer
    body      BYTEA    NOT NULL,
    at        BIGINT NOT NULL,
    verdict   TEXT    NOT NULL
);
CREATE INDEX wire_by_order ON wire (order_id, number);

CREATE TRIGGER wire_is_kept BEFORE DELETE ON wire FOR EACH ROW
EXECUTE FUNCTION refuse('messages are append-only');
CREATE TRIGGER wire_is_final BEFORE UPDATE ON wire FOR EACH ROW
EXECUTE FUNCTION refuse('messages are append-only');
CREATE TRIGGER wire_is_not_emptied BEFORE TRUNCATE ON wire
EXECUTE FUNCTION refuse('messages are append-only');
