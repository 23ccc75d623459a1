-- The books: double entries, only ever appended to.

CREATE TABLE postings (
    number   INTEGER PRIMARY KEY,
    id       TEXT    NOT NULL UNIQUE, -- made of what it is about, so that nothing is posted twice
    at       INTEGER NOT NULL,
    order_id TEXT    REFERENCES orders (id),
    version  INTEGER,                 -- of the order, afterwards
    wallet   TEXT    NOT NULL,
    kind     TEXT    NOT NULL CHECK (kind IN ('payment_received', 'payment_reversed', 'payment_mismatched', 'sale',
                                              'refund_owed', 'refund_paid', 'refund_dropped', 'fee', 'settlement')),
    subject  TEXT    NOT NULL,
    CHECK ((order_id IS NULL) = (version IS NULL))
) STRICT;
CREATE INDEX postings_by_order ON postings (order_id, number) WHERE order_id IS NOT NULL;
CREATE INDEX postings_by_time ON postings (at);

-- Debits are positive, credits negative. Entries come first, and their posting seals them.
CREATE TABLE entries (
    posting  TEXT    NOT NULL REFERENCES postings (id) DEFERRABLE INITIALLY DEFERRED,
    account  TEXT    NOT NULL CHECK (account IN ('receivable', 'settled', 'fees', 'sales', 'discounts', 'delivery', 'tax',
                                                 'returns', 'reversals', 'refunds_payable', 'suspense')),
    currency TEXT    NOT NULL,
    amount   INTEGER NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (posting, account, currency)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER postings_sum_to_zero BEFORE INSERT ON postings
WHEN NOT EXISTS (SELECT 1 FROM entries WHERE posting = NEW.id)
  OR EXISTS (SELECT 1 FROM entries WHERE posting = NEW.id GROUP BY currency HAVING sum(amount) <> 0)
BEGIN
    SELECT RAISE(ABORT, 'a posting sums to zero');
END;
CREATE TRIGGER postings_are_whole BEFORE INSERT ON entries
WHEN EXISTS (SELECT 1 FROM postings WHERE id = NEW.posting)
BEGIN
    SELECT RAISE(ABORT, 'nothing is added to a posting');
END;
CREATE TRIGGER postings_are_kept BEFORE DELETE ON postings
BEGIN
    SELECT RAISE(ABORT, 'the books are append-only');
END;
CREATE TRIGGER postings_are_final BEFORE UPDATE ON postings
BEGIN
    SELECT RAISE(ABORT, 'the books are append-only');
END;
CREATE TRIGGER entries_are_kept BEFORE DELETE ON entries
BEGIN
    SELECT RAISE(ABORT, 'the books are append-only');
END;
CREATE TRIGGER entries_are_final BEFORE UPDATE ON entries
BEGIN
    SELECT RAISE(ABORT, 'the books are append-only');
END;
