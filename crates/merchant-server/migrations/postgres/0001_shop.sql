-- The catalogue, the stock, sessions, quotes, orders, attempts, refunds, jobs, and what happened.
-- Times are milliseconds since 1970; amounts are whole numbers of the currency's smallest unit.

-- Values that the server makes once and keeps: the key of the customer tags.
CREATE TABLE secrets (
    name  TEXT PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE shop (
    id                BIGINT PRIMARY KEY CHECK (id = 1),
    name              TEXT   NOT NULL,
    tagline           TEXT   NOT NULL,
    currency_code     TEXT   NOT NULL,
    currency_exponent BIGINT NOT NULL CHECK (currency_exponent BETWEEN 0 AND 4),
    currency_symbol   TEXT   NOT NULL
);

CREATE TABLE categories (
    id       TEXT   PRIMARY KEY,
    name     TEXT   NOT NULL,
    position BIGINT NOT NULL
);

CREATE TABLE products (
    id          TEXT   PRIMARY KEY,
    category_id TEXT   NOT NULL REFERENCES categories (id),
    name        TEXT   NOT NULL,
    description TEXT   NOT NULL,
    image       TEXT   NOT NULL,
    position    BIGINT NOT NULL
);

-- SKUs are ordered by their bytes, as the program orders them.
CREATE TABLE stock (
    sku      TEXT   COLLATE "C" PRIMARY KEY,
    on_hand  BIGINT NOT NULL CHECK (on_hand >= 0),
    reserved BIGINT NOT NULL CHECK (reserved >= 0),
    sold     BIGINT NOT NULL CHECK (sold >= 0),
    CONSTRAINT never_oversold CHECK (reserved <= on_hand)
);

-- What can be bought now. A variant that the catalogue no longer names is gone from here, not from `stock`.
CREATE TABLE variants (
    sku           TEXT   COLLATE "C" PRIMARY KEY REFERENCES stock (sku),
    product_id    TEXT   NOT NULL REFERENCES products (id),
    name          TEXT   NOT NULL,
    price         BIGINT NOT NULL CHECK (price BETWEEN 0 AND 9999999999999999),
    max_per_order BIGINT NOT NULL CHECK (max_per_order BETWEEN 1 AND 999),
    position      BIGINT NOT NULL
);

-- Tokens are kept as hashes: who reads this table can't speak for a customer.
CREATE TABLE sessions (
    token_hash BYTEA  PRIMARY KEY CHECK (length(token_hash) = 32),
    wallet     TEXT   NOT NULL,
    customer   TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE quotes (
    id                TEXT   PRIMARY KEY,
    wallet            TEXT   NOT NULL,
    customer          TEXT   NOT NULL,
    currency_code     TEXT   NOT NULL,
    currency_exponent BIGINT NOT NULL,
    currency_symbol   TEXT   NOT NULL,
    lines             TEXT   NOT NULL CHECK (lines::json IS NOT NULL),
    total             BIGINT NOT NULL CHECK (total BETWEEN 0 AND 9999999999999999),
    payee             TEXT   NOT NULL,
    created_at        BIGINT NOT NULL,
    expires_at        BIGINT NOT NULL
);
CREATE INDEX quotes_by_expiry ON quotes (expires_at);
-- Finds a customer's oldest quotes, which make room for new ones.
CREATE INDEX quotes_by_customer ON quotes (wallet, customer, created_at);

CREATE TABLE orders (
    number            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id                TEXT   NOT NULL UNIQUE,
    quote_id          TEXT   NOT NULL UNIQUE,
    wallet            TEXT   NOT NULL,
    customer          TEXT   NOT NULL,
    version           BIGINT NOT NULL CHECK (version >= 1),
    status            TEXT   NOT NULL CHECK (status IN ('awaiting_payment', 'paid', 'expired', 'cancelled', 'needs_attention')),
    status_at         BIGINT NOT NULL,
    attention         TEXT,
    stock             TEXT   NOT NULL CHECK (stock IN ('reserved', 'sold', 'released')),
    currency_code     TEXT   NOT NULL,
    currency_exponent BIGINT NOT NULL,
    currency_symbol   TEXT   NOT NULL,
    total             BIGINT NOT NULL CHECK (total BETWEEN 0 AND 9999999999999999),
    payee             TEXT   NOT NULL,
    created_at        BIGINT NOT NULL,
    pay_by            BIGINT NOT NULL,
    given_up_at       BIGINT  -- when the shopper gave the order up
);
CREATE INDEX orders_by_customer ON orders (wallet, customer, number);
CREATE INDEX unresolved_orders ON orders (wallet, customer, number) WHERE status IN ('awaiting_payment', 'needs_attention');
CREATE INDEX orders_for_a_person ON orders (number) WHERE attention IS NOT NULL;

CREATE TABLE order_lines (
    order_id     TEXT   NOT NULL REFERENCES orders (id),
    position     BIGINT NOT NULL,
    sku          TEXT   COLLATE "C" NOT NULL REFERENCES stock (sku),
    name         TEXT   NOT NULL,
    variant_name TEXT   NOT NULL,
    image        TEXT   NOT NULL,
    quantity     BIGINT NOT NULL CHECK (quantity BETWEEN 1 AND 999),
    unit_price   BIGINT NOT NULL CHECK (unit_price >= 0),
    total        BIGINT NOT NULL CHECK (total = unit_price * quantity),
    PRIMARY KEY (order_id, position)
);

CREATE TABLE attempts (
    id                 TEXT   PRIMARY KEY,
    order_id           TEXT   NOT NULL REFERENCES orders (id),
    number             BIGINT NOT NULL CHECK (number >= 1),
    wallet             TEXT   NOT NULL,
    payment_request_id TEXT   NOT NULL,
    payment_id         TEXT,
    pay_uri            TEXT   NOT NULL,
    pay_request        BYTEA  NOT NULL,
    status             TEXT   NOT NULL CHECK (status IN ('creating', 'open', 'unknown', 'succeeded', 'failed', 'cancelled', 'needs_attention')),
    status_at          BIGINT NOT NULL,
    reason             TEXT,
    cashier            TEXT   CHECK (cashier IS NULL OR cashier::json IS NOT NULL),
    created_at         BIGINT NOT NULL,
    asking_since       BIGINT,
    last_asked_at      BIGINT,
    returned_at        BIGINT, -- when the shopper's return was written down last
    cancelling_since   BIGINT, -- since when it is to end unpaid
    cancels_sent       BIGINT NOT NULL DEFAULT 0,
    cancel_taken_at    BIGINT, -- when the wallet said that it ended it
    reversed_at        BIGINT, -- when the wallet gave it back by itself; its status stays `succeeded`
    claimed_paid_at    BIGINT, -- when `pay` was answered with "paid", which an inquiry has to confirm
    UNIQUE (order_id, number),
    UNIQUE (wallet, payment_request_id)
);
-- An order has at most one attempt for which the wallet may still move money.
CREATE UNIQUE INDEX one_live_attempt ON attempts (order_id) WHERE status IN ('creating', 'open', 'unknown', 'needs_attention');
CREATE UNIQUE INDEX attempts_by_payment ON attempts (wallet, payment_id) WHERE payment_id IS NOT NULL;

CREATE TABLE refunds (
    wallet            TEXT   NOT NULL,
    refund_request_id TEXT   NOT NULL,
    order_id          TEXT   NOT NULL REFERENCES orders (id),
    attempt_id        TEXT   NOT NULL REFERENCES attempts (id),
    number            BIGINT NOT NULL CHECK (number >= 1),
    amount            BIGINT NOT NULL CHECK (amount BETWEEN 1 AND 9999999999999999),
    reason            TEXT   NOT NULL,
    requested_by      TEXT   NOT NULL,
    requested_at      BIGINT NOT NULL,
    refund_uri        TEXT,
    refund_request    BYTEA,             -- written before it is sent, once
    refund_id         TEXT,
    status            TEXT   NOT NULL CHECK (status IN ('requested', 'accepted', 'unknown', 'succeeded', 'failed', 'needs_attention')),
    status_at         BIGINT NOT NULL,
    code              TEXT,
    sendings          BIGINT NOT NULL,
    asking_since      BIGINT,
    PRIMARY KEY (wallet, refund_request_id),
    UNIQUE (order_id, number)
);
CREATE INDEX refunds_by_attempt ON refunds (attempt_id);

CREATE TABLE jobs (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        TEXT   NOT NULL,
    order_id    TEXT   NOT NULL REFERENCES orders (id),
    subject_id  TEXT   NOT NULL, -- an attempt, or a refund; '' for the order's own jobs
    due_at      BIGINT NOT NULL,
    lease_until BIGINT,          -- set while somebody works on it
    fence       BIGINT NOT NULL, -- rises with every claim; only its last holder may finish it
    UNIQUE (order_id, kind, subject_id)
);
CREATE INDEX jobs_due ON jobs (due_at) WHERE lease_until IS NULL;
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE lease_until IS NOT NULL;

CREATE TABLE events (
    seq        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id   TEXT   NOT NULL REFERENCES orders (id),
    version    BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    actor      TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    attempt_id TEXT,
    detail     TEXT   NOT NULL
);
CREATE INDEX events_by_order ON events (order_id, seq);

-- Every notification whose signature was verified, once by its body.
CREATE TABLE notifications (
    seq         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    wallet      TEXT   NOT NULL,
    body_hash   BYTEA  NOT NULL CHECK (length(body_hash) = 32),
    body        BYTEA  NOT NULL,
    received_at BIGINT NOT NULL,
    verdict     TEXT   NOT NULL CHECK (verdict IN ('applied', 'orphan', 'mismatch', 'stale')),
    attempt_id  TEXT,
    UNIQUE (wallet, body_hash)
);

-- Refuses what a trigger fires for, with the trigger's argument as the reason.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$;

-- Paid is never left.
CREATE TRIGGER paid_never_regresses BEFORE UPDATE OF status ON orders FOR EACH ROW
WHEN (OLD.status = 'paid' AND NEW.status <> 'paid')
EXECUTE FUNCTION refuse('a paid order stays paid');

-- What was sent is what is sent again: the bytes, the ids and the number of an attempt never change.
CREATE TRIGGER attempts_keep_their_bytes
BEFORE UPDATE OF id, order_id, number, wallet, payment_request_id, pay_uri, pay_request, created_at ON attempts FOR EACH ROW
EXECUTE FUNCTION refuse('an attempt keeps its ids and bytes');

CREATE TRIGGER events_are_kept BEFORE DELETE ON events FOR EACH ROW
EXECUTE FUNCTION refuse('events are append-only');
CREATE TRIGGER events_are_final BEFORE UPDATE ON events FOR EACH ROW
EXECUTE FUNCTION refuse('events are append-only');
CREATE TRIGGER events_are_not_emptied BEFORE TRUNCATE ON events
EXECUTE FUNCTION refuse('events are append-only');

CREATE TRIGGER notifications_are_kept BEFORE DELETE ON notifications FOR EACH ROW
EXECUTE FUNCTION refuse('notifications are append-only');
CREATE TRIGGER notifications_are_final BEFORE UPDATE ON notifications FOR EACH ROW
EXECUTE FUNCTION refuse('notifications are append-only');
CREATE TRIGGER notifications_are_not_emptied BEFORE TRUNCATE ON notifications
EXECUTE FUNCTION refuse('notifications are append-only');

CREATE TRIGGER refunds_keep_their_terms
BEFORE UPDATE OF wallet, refund_request_id, order_id, attempt_id, number, amount, reason, requested_by, requested_at ON refunds
FOR EACH ROW EXECUTE FUNCTION refuse('a refund keeps its ids and amount');

CREATE TRIGGER refunds_keep_their_bytes BEFORE UPDATE OF refund_uri, refund_request ON refunds FOR EACH ROW
WHEN (OLD.refund_request IS NOT NULL)
EXECUTE FUNCTION refuse('a refund keeps its bytes');

-- Otherwise an amount that was free again could be given back twice.
CREATE TRIGGER ended_refunds_stay_ended BEFORE UPDATE OF status ON refunds FOR EACH ROW
WHEN (OLD.status IN ('succeeded', 'failed') AND NEW.status <> OLD.status)
EXECUTE FUNCTION refuse('a refund that ended stays as it is');

CREATE TRIGGER refunds_are_kept BEFORE DELETE ON refunds FOR EACH ROW
EXECUTE FUNCTION refuse('refunds are kept');
CREATE TRIGGER refunds_are_not_emptied BEFORE TRUNCATE ON refunds
EXECUTE FUNCTION refuse('refunds are kept');

-- What is given back of a payment, pending and unknown included, is never more than was paid. The payment is
-- locked first: two refunds of it are counted one after the other.
CREATE FUNCTION cap_refunds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paid  BIGINT;
    given BIGINT;
BEGIN
    SELECT CASE WHEN attempts.status = 'succeeded' AND reversed_at IS NULL THEN orders.total ELSE 0 END INTO paid
    FROM attempts JOIN orders ON orders.id = attempts.order_id
    WHERE attempts.id = NEW.attempt_id FOR NO KEY UPDATE OF attempts;
    SELECT coalesce(sum(amount), 0) INTO given FROM refunds WHERE attempt_id = NEW.attempt_id AND status <> 'failed';
    IF NEW.amount + given > coalesce(paid, 0) THEN
        RAISE EXCEPTION 'refunds never exceed what was paid' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refunds_never_exceed_the_payment BEFORE INSERT ON refunds FOR EACH ROW
EXECUTE FUNCTION cap_refunds();
