-- What a wallet said stays as it said it.
CREATE TRIGGER notifications_are_final BEFORE UPDATE ON notifications
BEGIN
    SELECT RAISE(ABORT, 'notifications are append-only');
END;

-- Finds what is still to be done about an order.
CREATE INDEX jobs_by_order ON jobs (order_id);
