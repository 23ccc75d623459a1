-- The books: double entries, only ever appended to.

CREATE TABLE postings (
    number   BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id       TEXT   NOT NULL UNIQUE, -- made of what it is about, so that nothing is posted twice
    at       BIGINT NOT NULL,
    order_id TEXT   REFERENCES orders (id),
    version  BIGINT,                 -- of the order, afterwards
    wallet   TEXT   NOT NULL,
    kind     TEXT   NOT NULL CHECK (kind IN ('payment_received', 'payment_reversed', 'payment_mismatched', 'sale',
                                             'refund_owed', 'refund_paid', 'refund_dropped', 'fee', 'settlement')),
    subject  TEXT   NOT NULL,
    CHECK ((order_id IS NULL) = (version IS NULL))
);
CREATE INDEX postings_by_order ON postings (order_id, number) WHERE order_id IS NOT NULL;
CREATE INDEX postings_by_time ON postings (at);

-- Debits are positive, credits negative. Entries come first, and their posting seals them.
CREATE TABLE entries (
    posting  TEXT   NOT NULL REFERENCES postings (id) DEFERRABLE INITIALLY DEFERRED,
    account  TEXT   COLLATE "C" NOT NULL CHECK (account IN ('receivable', 'settled', 'fees', 'sales', 'discounts',
                                                'delivery', 'tax', 'returns', 'reversals', 'refunds_payable', 'suspense')),
    currency TEXT   NOT NULL,
    amount   BIGINT NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (posting, account, currency)
);

CREATE FUNCTION check_posting(posting_id TEXT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM entries WHERE posting = posting_id)
       OR EXISTS (SELECT 1 FROM entries WHERE posting = posting_id GROUP BY currency HAVING sum(amount) <> 0) THEN
        RAISE EXCEPTION 'a posting sums to zero' USING ERRCODE = 'restrict_violation';
    END IF;
END $$;

CREATE FUNCTION seal_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM check_posting(NEW.id);
    RETURN NEW;
END $$;
CREATE TRIGGER postings_sum_to_zero BEFORE INSERT ON postings FOR EACH ROW EXECUTE FUNCTION seal_posting();

CREATE FUNCTION refuse_late_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM postings WHERE id = NEW.posting) THEN
        RAISE EXCEPTION 'nothing is added to a posting' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER postings_are_whole BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION refuse_late_entry();

-- Once more at the end of the transaction: another one may have written to the same posting meanwhile.
CREATE FUNCTION check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM check_posting(NEW.posting);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entries_sum_to_zero AFTER INSERT ON entries
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_entry();

CREATE TRIGGER postings_are_kept BEFORE DELETE ON postings FOR EACH ROW
EXECUTE FUNCTION refuse('the books are append-only');
CREATE TRIGGER postings_are_final BEFORE UPDATE ON postings FOR EACH ROW
EXECUTE FUNCTION refuse('the books are append-only');
CREATE TRIGGER postings_are_not_emptied BEFORE TRUNCATE ON postings
EXECUTE FUNCTION refuse('the books are append-only');
CREATE TRIGGER entries_are_kept BEFORE DELETE ON entries FOR EACH ROW
EXECUTE FUNCTION refuse('the books are append-only');
CREATE TRIGGER entries_are_final BEFORE UPDATE ON entries FOR EACH ROW
EXECUTE FUNCTION refuse('the books are append-only');
CREATE TRIGGER entries_are_not_emptied BEFORE TRUNCATE ON entries
EXECUTE FUNCTION refuse('the books are append-only');
