-- What is personal of an order can be erased: everything sealed about it is sealed with a key of its own.

-- No release kept orders that are sealed otherwise, so a database that has some was a trial's, and is left as it is.
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM orders) THEN
        RAISE EXCEPTION 'its orders are from before each had a key of its own; move it away and start with a new one'
            USING ERRCODE = 'restrict_violation';
    END IF;
END $$;

ALTER TABLE orders
    ADD COLUMN seal_key   BYTEA  NOT NULL, -- sealed, with the data key
    ADD COLUMN changed_at BIGINT NOT NULL,
    -- When the key was replaced: what was sealed before opens no more.
    ADD COLUMN erased_at  BIGINT;
CREATE INDEX orders_to_erase ON orders (changed_at, number)
WHERE erased_at IS NULL AND attention IS NULL AND status IN ('paid', 'expired', 'cancelled');
CREATE INDEX sessions_by_customer ON sessions (wallet, customer);

DROP TRIGGER orders_keep_their_terms ON orders;
CREATE TRIGGER orders_keep_their_terms
BEFORE UPDATE OF quote_id, wallet, currency_code, total, parts, coupon ON orders FOR EACH ROW
EXECUTE FUNCTION refuse('an order keeps what it was placed for');

-- Key and customer change together, once.
CREATE TRIGGER orders_are_erased_once BEFORE UPDATE OF customer, seal_key, erased_at ON orders FOR EACH ROW
WHEN (CASE WHEN OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
      THEN NEW.seal_key = OLD.seal_key OR NEW.customer = OLD.customer
      ELSE NEW.seal_key <> OLD.seal_key OR NEW.customer <> OLD.customer
           OR NEW.erased_at IS DISTINCT FROM OLD.erased_at END)
EXECUTE FUNCTION refuse('an order keeps its customer and its key until it is erased, once');

-- What may be sent again stays as it is.
CREATE FUNCTION refuse_early_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status NOT IN ('paid', 'expired', 'cancelled')
       OR EXISTS (SELECT 1 FROM attempts WHERE order_id = NEW.id
                  AND status IN ('creating', 'open', 'unknown', 'needs_attention'))
       OR EXISTS (SELECT 1 FROM refunds WHERE order_id = NEW.id AND status NOT IN ('succeeded', 'failed')) THEN
        RAISE EXCEPTION 'only what is over is erased' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_what_is_over_is_erased BEFORE UPDATE OF erased_at ON orders FOR EACH ROW
WHEN (NEW.erased_at IS NOT NULL AND OLD.erased_at IS NULL)
EXECUTE FUNCTION refuse_early_erasure();
