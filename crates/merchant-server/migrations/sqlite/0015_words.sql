-- Cheaper ways to say the same. For a list of three words or more SQLite fills a table of its own, each time that a
-- row is written; words one by one it only compares.

-- What a CHECK says isn't in any row, so its text may be replaced (https://sqlite.org/lang_altertable.html#otheralter).
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(replace(sql,
    'status IN (''awaiting_payment'', ''paid'', ''expired'', ''cancelled'', ''needs_attention'')',
    'status = ''awaiting_payment'' OR status = ''paid'' OR status = ''expired'' OR status = ''cancelled''
     OR status = ''needs_attention'''),
    'stock IN (''reserved'', ''sold'', ''released'')',
    'stock = ''reserved'' OR stock = ''sold'' OR stock = ''released'''),
    'fulfilment IN (''accepted'', ''shipped'', ''completed'')',
    'fulfilment = ''accepted'' OR fulfilment = ''shipped'' OR fulfilment = ''completed''')
WHERE type = 'table' AND name = 'orders';
UPDATE sqlite_schema SET sql = replace(sql,
    'status IN (''creating'', ''open'', ''unknown'', ''succeeded'', ''failed'', ''cancelled'', ''needs_attention'')',
    'status = ''creating'' OR status = ''open'' OR status = ''unknown'' OR status = ''succeeded'' OR status = ''failed''
     OR status = ''cancelled'' OR status = ''needs_attention''')
WHERE type = 'table' AND name = 'attempts';
UPDATE sqlite_schema SET sql = replace(sql,
    'status IN (''requested'', ''accepted'', ''unknown'', ''succeeded'', ''failed'', ''needs_attention'')',
    'status = ''requested'' OR status = ''accepted'' OR status = ''unknown'' OR status = ''succeeded''
     OR status = ''failed'' OR status = ''needs_attention''')
WHERE type = 'table' AND name = 'refunds';
UPDATE sqlite_schema SET sql = replace(sql,
    'verdict IN (''applied'', ''orphan'', ''mismatch'', ''stale'')',
    'verdict = ''applied'' OR verdict = ''orphan'' OR verdict = ''mismatch'' OR verdict = ''stale''')
WHERE type = 'table' AND name = 'notifications';
UPDATE sqlite_schema SET sql = replace(sql,
    'status IN (''pending'', ''delivered'', ''parked'')',
    'status = ''pending'' OR status = ''delivered'' OR status = ''parked''')
WHERE type = 'table' AND name = 'outbox';
UPDATE sqlite_schema SET sql = replace(sql,
    'kind IN (''payment_received'', ''payment_reversed'', ''payment_mismatched'', ''sale'',
                                              ''refund_owed'', ''refund_paid'', ''refund_dropped'', ''fee'', ''settlement'')',
    'kind = ''payment_received'' OR kind = ''payment_reversed'' OR kind = ''payment_mismatched'' OR kind = ''sale''
     OR kind = ''refund_owed'' OR kind = ''refund_paid'' OR kind = ''refund_dropped'' OR kind = ''fee''
     OR kind = ''settlement''')
WHERE type = 'table' AND name = 'postings';
UPDATE sqlite_schema SET sql = replace(sql,
    'account IN (''receivable'', ''settled'', ''fees'', ''sales'', ''discounts'', ''delivery'', ''tax'',
                                                 ''returns'', ''reversals'', ''refunds_payable'', ''suspense'')',
    'account = ''receivable'' OR account = ''settled'' OR account = ''fees'' OR account = ''sales''
     OR account = ''discounts'' OR account = ''delivery'' OR account = ''tax'' OR account = ''returns''
     OR account = ''reversals'' OR account = ''refunds_payable'' OR account = ''suspense''')
WHERE type = 'table' AND name = 'entries';
UPDATE sqlite_schema SET sql = replace(sql,
    'kind IN (''payment'', ''refund'', ''reversal'', ''fee'', ''settlement'')',
    'kind = ''payment'' OR kind = ''refund'' OR kind = ''reversal'' OR kind = ''fee'' OR kind = ''settlement''')
WHERE type = 'table' AND name = 'statement_rows';
PRAGMA writable_schema = RESET;

DROP INDEX one_live_attempt;
CREATE UNIQUE INDEX one_live_attempt ON attempts (order_id)
WHERE status = 'creating' OR status = 'open' OR status = 'unknown' OR status = 'needs_attention';
DROP INDEX orders_to_erase;
CREATE INDEX orders_to_erase ON orders (changed_at, number)
WHERE erased_at IS NULL AND attention IS NULL AND (status = 'paid' OR status = 'expired' OR status = 'cancelled');

-- No currency's entries leave something over. Said so that nothing has to be grouped.
DROP TRIGGER postings_sum_to_zero;
CREATE TRIGGER postings_sum_to_zero BEFORE INSERT ON postings
WHEN NOT EXISTS (SELECT 1 FROM entries WHERE posting = NEW.id)
  OR EXISTS (SELECT 1 FROM entries AS entry WHERE posting = NEW.id
             AND (SELECT sum(amount) FROM entries WHERE posting = NEW.id AND currency = entry.currency) <> 0)
BEGIN
    SELECT RAISE(ABORT, 'a posting sums to zero');
END;

-- An event's place is its key; it needs no number beside it, nor an index.
CREATE TABLE placed_events (
    order_id   TEXT    NOT NULL REFERENCES orders (id),
    version    INTEGER NOT NULL,
    position   INTEGER NOT NULL, -- among the events of this version
    at         INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    attempt_id TEXT,
    detail     BLOB    NOT NULL, -- sealed
    PRIMARY KEY (order_id, version, position)
) STRICT, WITHOUT ROWID;
INSERT INTO placed_events (order_id, version, position, at, actor, kind, attempt_id, detail)
SELECT order_id, version, position, at, actor, kind, attempt_id, detail FROM events ORDER BY order_id, version, position;
DROP TABLE events;
ALTER TABLE placed_events RENAME TO events;
CREATE TRIGGER events_are_kept BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;
CREATE TRIGGER events_are_final BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;
