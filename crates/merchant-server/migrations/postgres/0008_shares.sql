-- What a refund gives back of each line, of the delivery and of the tax, and whether its units come back to the stock.

ALTER TABLE refunds
    -- Absent in refunds from before this was kept.
    ADD COLUMN share   TEXT CHECK (share IS NULL OR share::json IS NOT NULL),
    ADD COLUMN restock BIGINT NOT NULL DEFAULT 0 CHECK (restock IN (0, 1));

CREATE TRIGGER refunds_keep_their_shares BEFORE UPDATE OF share, restock ON refunds FOR EACH ROW
EXECUTE FUNCTION refuse('a refund keeps what it gives back');

-- Of no line more units are given back of a payment, pending and unknown ones included, than were ordered. The
-- payment was locked by the trigger that counts its amounts, whose name comes first.
CREATE FUNCTION cap_units() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM order_lines AS line
        WHERE line.order_id = NEW.order_id
          AND coalesce((NEW.share::json -> 'lines' -> line.position::int ->> 'units')::bigint, 0)
              + (SELECT coalesce(sum((given.share::json -> 'lines' -> line.position::int ->> 'units')::bigint), 0)
                 FROM refunds AS given WHERE given.attempt_id = NEW.attempt_id AND given.status <> 'failed')
              > line.quantity)
    THEN
        RAISE EXCEPTION 'a unit is given back once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER units_are_given_back_once BEFORE INSERT ON refunds FOR EACH ROW
WHEN (NEW.share IS NOT NULL)
EXECUTE FUNCTION cap_units();
