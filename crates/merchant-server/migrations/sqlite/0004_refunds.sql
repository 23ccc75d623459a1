-- Giving money back, and what was said to be paid.

-- When the wallet gave a paid payment back by itself. Its status stays `succeeded`: it was paid.
ALTER TABLE attempts ADD COLUMN reversed_at INTEGER;

-- When `pay` was answered with "paid", which an inquiry has to confirm.
ALTER TABLE attempts ADD COLUMN claimed_paid_at INTEGER;

-- A job is about an attempt, or about a refund; '' for the order's own jobs.
ALTER TABLE jobs RENAME COLUMN attempt_id TO subject_id;

CREATE TABLE refunds (
    wallet            TEXT    NOT NULL,
    refund_request_id TEXT    NOT NULL,
    order_id          TEXT    NOT NULL REFERENCES orders (id),
    attempt_id        TEXT    NOT NULL REFERENCES attempts (id),
    number            INTEGER NOT NULL CHECK (number >= 1),
    amount            INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 9999999999999999),
    reason            TEXT    NOT NULL,
    requested_by      TEXT    NOT NULL,
    requested_at      INTEGER NOT NULL,
    refund_uri        TEXT,
    refund_request    BLOB,             -- written before it is sent, once
    refund_id         TEXT,
    status            TEXT    NOT NULL CHECK (status IN ('requested', 'accepted', 'unknown', 'succeeded', 'failed', 'needs_attention')),
    status_at         INTEGER NOT NULL,
    code              TEXT,
    sendings          INTEGER NOT NULL,
    asking_since      INTEGER,
    PRIMARY KEY (wallet, refund_request_id),
    UNIQUE (order_id, number)
) STRICT;
CREATE INDEX refunds_by_attempt ON refunds (attempt_id);

-- What is given back of a payment, pending and unknown included, is never more than was paid.
CREATE TRIGGER refunds_never_exceed_the_payment BEFORE INSERT ON refunds
WHEN NEW.amount + (SELECT coalesce(sum(amount), 0) FROM refunds
                   WHERE attempt_id = NEW.attempt_id AND status <> 'failed')
     > (SELECT CASE WHEN attempts.status = 'succeeded' AND reversed_at IS NULL THEN orders.total ELSE 0 END
        FROM attempts JOIN orders ON orders.id = attempts.order_id WHERE attempts.id = NEW.attempt_id)
BEGIN
    SELECT RAISE(ABORT, 'refunds never exceed what was paid');
END;

CREATE TRIGGER refunds_keep_their_terms
BEFORE UPDATE OF wallet, refund_request_id, order_id, attempt_id, number, amount, reason, requested_by, requested_at ON refunds
BEGIN
    SELECT RAISE(ABORT, 'a refund keeps its ids and amount');
END;

CREATE TRIGGER refunds_keep_their_bytes BEFORE UPDATE OF refund_uri, refund_request ON refunds
WHEN OLD.refund_request IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a refund keeps its bytes');
END;

-- Otherwise an amount that was free again could be given back twice.
CREATE TRIGGER ended_refunds_stay_ended BEFORE UPDATE OF status ON refunds
WHEN OLD.status IN ('succeeded', 'failed') AND NEW.status <> OLD.status
BEGIN
    SELECT RAISE(ABORT, 'a refund that ended stays as it is');
END;

CREATE TRIGGER refunds_are_kept BEFORE DELETE ON refunds
BEGIN
    SELECT RAISE(ABORT, 'refunds are kept');
END;
