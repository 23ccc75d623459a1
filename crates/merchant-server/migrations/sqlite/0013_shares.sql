-- What a refund gives back of each line, of the delivery and of the tax, and whether its units come back to the stock.

-- Absent in refunds from before this was kept.
ALTER TABLE refunds ADD COLUMN share TEXT CHECK (share IS NULL OR json_valid(share));
ALTER TABLE refunds ADD COLUMN restock INTEGER NOT NULL DEFAULT 0 CHECK (restock IN (0, 1));

CREATE TRIGGER refunds_keep_their_shares BEFORE UPDATE OF share, restock ON refunds
BEGIN
    SELECT RAISE(ABORT, 'a refund keeps what it gives back');
END;

-- Of no line more units are given back of a payment, pending and unknown ones included, than were ordered.
CREATE TRIGGER units_are_given_back_once BEFORE INSERT ON refunds
WHEN NEW.share IS NOT NULL AND EXISTS (
    SELECT 1 FROM order_lines AS line
    WHERE line.order_id = NEW.order_id
      AND coalesce(json_extract(NEW.share, '$.lines[' || line.position || '].units'), 0)
          + (SELECT coalesce(sum(json_extract(given.share, '$.lines[' || line.position || '].units')), 0)
             FROM refunds AS given WHERE given.attempt_id = NEW.attempt_id AND given.status <> 'failed')
          > line.quantity)
BEGIN
    SELECT RAISE(ABORT, 'a unit is given back once');
END;
