-- What is personal of an order can be erased: everything sealed about it is sealed with a key of its own.

-- No release kept orders that are sealed otherwise, so a database that has some was a trial's, and is left as it is.
CREATE TABLE sealed_together (some INTEGER NOT NULL) STRICT;
CREATE TRIGGER nothing_was_sealed_together BEFORE INSERT ON sealed_together
WHEN EXISTS (SELECT 1 FROM orders)
BEGIN
    SELECT RAISE(ABORT, 'its orders are from before each had a key of its own; move it away and start with a new one');
END;
INSERT INTO sealed_together VALUES (0);
DROP TABLE sealed_together;

-- SQLite wants defaults here; the empty key is no sealed value, so it opens for nobody.
ALTER TABLE orders ADD COLUMN seal_key BLOB NOT NULL DEFAULT x''; -- sealed, with the data key
ALTER TABLE orders ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
-- When the key was replaced: what was sealed before opens no more.
ALTER TABLE orders ADD COLUMN erased_at INTEGER;
CREATE INDEX orders_to_erase ON orders (changed_at, number)
WHERE erased_at IS NULL AND attention IS NULL AND status IN ('paid', 'expired', 'cancelled');
CREATE INDEX sessions_by_customer ON sessions (wallet, customer);

DROP TRIGGER orders_keep_their_terms;
CREATE TRIGGER orders_keep_their_terms
BEFORE UPDATE OF quote_id, wallet, currency_code, total, parts, coupon ON orders
BEGIN
    SELECT RAISE(ABORT, 'an order keeps what it was placed for');
END;

-- Key and customer change together, once.
CREATE TRIGGER orders_are_erased_once BEFORE UPDATE OF customer, seal_key, erased_at ON orders
WHEN CASE WHEN OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
     THEN NEW.seal_key = OLD.seal_key OR NEW.customer = OLD.customer
     ELSE NEW.seal_key <> OLD.seal_key OR NEW.customer <> OLD.customer OR NEW.erased_at IS NOT OLD.erased_at END
BEGIN
    SELECT RAISE(ABORT, 'an order keeps its customer and its key until it is erased, once');
END;

-- What may be sent again stays as it is.
CREATE TRIGGER only_what_is_over_is_erased BEFORE UPDATE OF erased_at ON orders
WHEN NEW.erased_at IS NOT NULL AND OLD.erased_at IS NULL
 AND (NEW.status NOT IN ('paid', 'expired', 'cancelled')
      OR EXISTS (SELECT 1 FROM attempts WHERE order_id = NEW.id
                 AND status IN ('creating', 'open', 'unknown', 'needs_attention'))
      OR EXISTS (SELECT 1 FROM refunds WHERE order_id = NEW.id AND status NOT IN ('succeeded', 'failed')))
BEGIN
    SELECT RAISE(ABORT, 'only what is over is erased');
END;
