-- What is personal or secret is sealed by the server's data key: a database tells nothing of it by itself.

-- Nothing that was written down openly stays. No release kept any of it, so a database that has some was a
-- trial's, and is left as it is.
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM orders) OR EXISTS (SELECT 1 FROM notifications) THEN
        RAISE EXCEPTION 'its orders are from before they were encrypted; move it away and start with a new one'
            USING ERRCODE = 'restrict_violation';
    END IF;
END $$;
DELETE FROM quotes;
DELETE FROM secrets; -- made anew, and sealed

ALTER TABLE quotes DROP COLUMN address;
ALTER TABLE quotes ADD COLUMN address BYTEA; -- sealed

ALTER TABLE orders DROP COLUMN address, DROP COLUMN tracking;
ALTER TABLE orders ADD COLUMN address BYTEA, ADD COLUMN tracking BYTEA; -- sealed

-- `pay_request` is sealed too, as are `refunds.refund_request`, `notifications.body`, `outbox.body` and
-- `secrets.value`, which have always been bytes.
ALTER TABLE attempts DROP COLUMN cashier;
ALTER TABLE attempts ADD COLUMN cashier BYTEA; -- sealed

-- What a person wrote down.
DROP TRIGGER refunds_keep_their_terms ON refunds;
ALTER TABLE refunds DROP COLUMN reason;
ALTER TABLE refunds ADD COLUMN reason BYTEA NOT NULL; -- sealed
CREATE TRIGGER refunds_keep_their_terms
BEFORE UPDATE OF wallet, refund_request_id, order_id, attempt_id, number, amount, reason, requested_by, requested_at ON refunds
FOR EACH ROW EXECUTE FUNCTION refuse('a refund keeps its ids and amount');

-- An event is known by its place in the change that it came with, so that its detail can be sealed for it.
DROP INDEX events_by_order;
ALTER TABLE events DROP COLUMN detail;
ALTER TABLE events
    ADD COLUMN position BIGINT NOT NULL, -- among the events of this version
    ADD COLUMN detail   BYTEA  NOT NULL; -- sealed
CREATE UNIQUE INDEX events_by_order ON events (order_id, version, position);

ALTER TABLE wire DROP COLUMN uri, DROP COLUMN client_id, DROP COLUMN time, DROP COLUMN signature, DROP COLUMN verdict;
ALTER TABLE wire
    ADD COLUMN key  BYTEA NOT NULL, -- of chance: for it the message is sealed, whose number comes later
    ADD COLUMN head BYTEA NOT NULL; -- sealed: path, client id, time, signature, what we made of it
COMMENT ON COLUMN wire.body IS 'sealed: the exact bytes';
