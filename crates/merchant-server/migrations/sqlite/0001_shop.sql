-- The catalogue, the stock, sessions, quotes, orders, attempts, jobs, and what happened.
-- Times are milliseconds since 1970; amounts are whole numbers of the currency's smallest unit.

-- Values that the server makes once and keeps: the key of the customer tags.
CREATE TABLE secrets (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE shop (
    id                INTEGER PRIMARY KEY CHECK (id = 1),
    name              TEXT    NOT NULL,
    tagline           TEXT    NOT NULL,
    currency_code     TEXT    NOT NULL,
    currency_exponent INTEGER NOT NULL CHECK (currency_exponent BETWEEN 0 AND 4),
    currency_symbol   TEXT    NOT NULL
) STRICT;

CREATE TABLE categories (
    id       TEXT    PRIMARY KEY,
    name     TEXT    NOT NULL,
    position INTEGER NOT NULL
) STRICT;

CREATE TABLE products (
    id          TEXT    PRIMARY KEY,
    category_id TEXT    NOT NULL REFERENCES categories (id),
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    image       TEXT    NOT NULL,
    position    INTEGER NOT NULL
) STRICT;

-- What can be bought now. A variant that the catalogue no longer names is gone from here, not from `stock`.
CREATE TABLE variants (
    sku           TEXT    PRIMARY KEY REFERENCES stock (sku),
    product_id    TEXT    NOT NULL REFERENCES products (id),
    name          TEXT    NOT NULL,
    price         INTEGER NOT NULL CHECK (price BETWEEN 0 AND 9999999999999999),
    max_per_order INTEGER NOT NULL CHECK (max_per_order BETWEEN 1 AND 999),
    position      INTEGER NOT NULL
) STRICT;

CREATE TABLE stock (
    sku      TEXT    PRIMARY KEY,
    on_hand  INTEGER NOT NULL CHECK (on_hand >= 0),
    reserved INTEGER NOT NULL CHECK (reserved >= 0),
    sold     INTEGER NOT NULL CHECK (sold >= 0),
    CONSTRAINT never_oversold CHECK (reserved <= on_hand)
) STRICT;

-- Tokens are kept as hashes: who reads this table can't speak for a customer.
CREATE TABLE sessions (
    token_hash BLOB    PRIMARY KEY CHECK (length(token_hash) = 32),
    wallet     TEXT    NOT NULL,
    customer   TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE quotes (
    id                TEXT    PRIMARY KEY,
    wallet            TEXT    NOT NULL,
    customer          TEXT    NOT NULL,
    currency_code     TEXT    NOT NULL,
    currency_exponent INTEGER NOT NULL,
    currency_symbol   TEXT    NOT NULL,
    lines             TEXT    NOT NULL CHECK (json_valid(lines)),
    total             INTEGER NOT NULL CHECK (total BETWEEN 0 AND 9999999999999999),
    payee             TEXT    NOT NULL,
    created_at        INTEGER NOT NULL,
    expires_at        INTEGER NOT NULL
) STRICT;
CREATE INDEX quotes_by_expiry ON quotes (expires_at);

CREATE TABLE orders (
    number            INTEGER PRIMARY KEY,
    id                TEXT    NOT NULL UNIQUE,
    quote_id          TEXT    NOT NULL UNIQUE,
    wallet            TEXT    NOT NULL,
    customer          TEXT    NOT NULL,
    version           INTEGER NOT NULL CHECK (version >= 1),
    status            TEXT    NOT NULL CHECK (status IN ('awaiting_payment', 'paid', 'expired', 'cancelled', 'needs_attention')),
    status_at         INTEGER NOT NULL,
    attention         TEXT,
    stock             TEXT    NOT NULL CHECK (stock IN ('reserved', 'sold', 'released')),
    currency_code     TEXT    NOT NULL,
    currency_exponent INTEGER NOT NULL,
    currency_symbol   TEXT    NOT NULL,
    total             INTEGER NOT NULL CHECK (total BETWEEN 0 AND 9999999999999999),
    payee             TEXT    NOT NULL,
    created_at        INTEGER NOT NULL,
    pay_by            INTEGER NOT NULL
) STRICT;
CREATE INDEX orders_by_customer ON orders (wallet, customer, number);
CREATE INDEX unresolved_orders ON orders (wallet, customer, number) WHERE status IN ('awaiting_payment', 'needs_attention');
CREATE INDEX orders_for_a_person ON orders (number) WHERE attention IS NOT NULL;

-- Paid is never left.
CREATE TRIGGER paid_never_regresses BEFORE UPDATE OF status ON orders
WHEN OLD.status = 'paid' AND NEW.status <> 'paid'
BEGIN
    SELECT RAISE(ABORT, 'a paid order stays paid');
END;

CREATE TABLE order_lines (
    order_id     TEXT    NOT NULL REFERENCES orders (id),
    position     INTEGER NOT NULL,
    sku          TEXT    NOT NULL REFERENCES stock (sku),
    name         TEXT    NOT NULL,
    variant_name TEXT    NOT NULL,
    image        TEXT    NOT NULL,
    quantity     INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 999),
    unit_price   INTEGER NOT NULL CHECK (unit_price >= 0),
    total        INTEGER NOT NULL CHECK (total = unit_price * quantity),
    PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    id                 TEXT    PRIMARY KEY,
    order_id           TEXT    NOT NULL REFERENCES orders (id),
    number             INTEGER NOT NULL CHECK (number >= 1),
    wallet             TEXT    NOT NULL,
    payment_request_id TEXT    NOT NULL,
    payment_id         TEXT,
    pay_uri            TEXT    NOT NULL,
    pay_request        BLOB    NOT NULL,
    status             TEXT    NOT NULL CHECK (status IN ('creating', 'open', 'unknown', 'succeeded', 'failed', 'cancelled', 'needs_attention')),
    status_at          INTEGER NOT NULL,
    reason             TEXT,
    cashier            TEXT    CHECK (cashier IS NULL OR json_valid(cashier)),
    created_at         INTEGER NOT NULL,
    asking_since       INTEGER,
    last_asked_at      INTEGER,
    UNIQUE (order_id, number),
    UNIQUE (wallet, payment_request_id)
) STRICT;
-- An order has at most one attempt for which the wallet may still move money.
CREATE UNIQUE INDEX one_live_attempt ON attempts (order_id) WHERE status IN ('creating', 'open', 'unknown', 'needs_attention');
CREATE UNIQUE INDEX attempts_by_payment ON attempts (wallet, payment_id) WHERE payment_id IS NOT NULL;

-- What was sent is what is sent again: the bytes, the ids and the number of an attempt never change.
CREATE TRIGGER attempts_keep_their_bytes BEFORE UPDATE OF id, order_id, number, wallet, payment_request_id, pay_uri, pay_request, created_at ON attempts
BEGIN
    SELECT RAISE(ABORT, 'an attempt keeps its ids and bytes');
END;

CREATE TABLE jobs (
    id          INTEGER PRIMARY KEY,
    kind        TEXT    NOT NULL,
    order_id    TEXT    NOT NULL REFERENCES orders (id),
    attempt_id  TEXT    NOT NULL, -- '' for the order's own jobs
    due_at      INTEGER NOT NULL,
    lease_until INTEGER,          -- set while somebody works on it
    fence       INTEGER NOT NULL, -- rises with every claim; only its last holder may finish it
    UNIQUE (kind, order_id, attempt_id)
) STRICT;
CREATE INDEX jobs_due ON jobs (due_at) WHERE lease_until IS NULL;
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE lease_until IS NOT NULL;

CREATE TABLE events (
    seq        INTEGER PRIMARY KEY,
    order_id   TEXT    NOT NULL REFERENCES orders (id),
    version    INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    attempt_id TEXT,
    detail     TEXT    NOT NULL
) STRICT;
CREATE INDEX events_by_order ON events (order_id, seq);
CREATE TRIGGER events_are_kept BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;
CREATE TRIGGER events_are_final BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;

-- Every notification whose signature was verified, once by its body.
CREATE TABLE notifications (
    seq         INTEGER PRIMARY KEY,
    wallet      TEXT    NOT NULL,
    body_hash   BLOB    NOT NULL CHECK (length(body_hash) = 32),
    body        BLOB    NOT NULL,
    received_at INTEGER NOT NULL,
    verdict     TEXT    NOT NULL CHECK (verdict IN ('applied', 'orphan', 'mismatch', 'stale')),
    attempt_id  TEXT,
    UNIQUE (wallet, body_hash)
) STRICT;
CREATE TRIGGER notifications_are_kept BEFORE DELETE ON notifications
BEGIN
    SELECT RAISE(ABORT, 'notifications are append-only');
END;
