-- What wallets state, row by row, each once: importing a file again changes nothing.
CREATE TABLE statement_rows (
    wallet             TEXT    NOT NULL,
    row_hash           BYTEA    NOT NULL CHECK (length(row_hash) = 32), -- of reference, kind and amount
    kind               TEXT    NOT NULL CHECK (kind IN ('payment', 'refund', 'reversal', 'fee', 'settlement')),
    at                 BIGINT NOT NULL,
    payment_id         TEXT,
    payment_request_id TEXT,
    refund_id          TEXT,
    refund_request_id  TEXT,
    reference          TEXT,
    currency           TEXT    NOT NULL,
    amount             BIGINT NOT NULL CHECK (amount >= 0),
    fee                BIGINT NOT NULL,
    imported_at        BIGINT NOT NULL,
    PRIMARY KEY (wallet, row_hash)
);
CREATE INDEX stated_payment_ids ON statement_rows (wallet, payment_id) WHERE kind = 'payment';
CREATE INDEX stated_payment_requests ON statement_rows (wallet, payment_request_id) WHERE kind = 'payment';
CREATE INDEX stated_refund_ids ON statement_rows (wallet, refund_id) WHERE kind = 'refund';
CREATE INDEX stated_refund_requests ON statement_rows (wallet, refund_request_id) WHERE kind = 'refund';

-- Who made a refund: we, or somebody at the wallet, as its statement told.
ALTER TABLE refunds ADD COLUMN made_by TEXT NOT NULL DEFAULT 'us' CHECK (made_by IN ('us', 'wallet'));

-- Finds what we say happened in a statement's time.
CREATE INDEX paid_attempts_by_time ON attempts (wallet, status_at) WHERE status = 'succeeded';
CREATE INDEX done_refunds_by_time ON refunds (wallet, status_at) WHERE status = 'succeeded';

CREATE TRIGGER statement_rows_are_kept BEFORE DELETE ON statement_rows FOR EACH ROW
EXECUTE FUNCTION refuse('statements are append-only');
CREATE TRIGGER statement_rows_are_final BEFORE UPDATE ON statement_rows FOR EACH ROW
EXECUTE FUNCTION refuse('statements are append-only');
CREATE TRIGGER statement_rows_are_not_emptied BEFORE TRUNCATE ON statement_rows
EXECUTE FUNCTION refuse('statements are append-only');
