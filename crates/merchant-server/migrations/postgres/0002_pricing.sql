-- Discounts, coupons, delivery, tax, prices in several currencies, limits, and how far an order is on its way.

-- The revision rises with every import: an order is committed only against the catalogue by which it was priced.
ALTER TABLE shop
    ADD COLUMN revision        BIGINT NOT NULL DEFAULT 1 CHECK (revision >= 1),
    ADD COLUMN more_currencies TEXT   NOT NULL DEFAULT '[]' CHECK (more_currencies::json IS NOT NULL),
    -- What is taken off and added to prices, as the catalogue's file says it.
    ADD COLUMN terms           TEXT   NOT NULL DEFAULT '{}' CHECK (terms::json IS NOT NULL);

ALTER TABLE products ADD COLUMN tax_class TEXT NOT NULL DEFAULT 'standard';

-- Prices by currency.
ALTER TABLE variants
    ADD COLUMN prices           TEXT   NOT NULL DEFAULT '{}' CHECK (prices::json IS NOT NULL),
    ADD COLUMN step             BIGINT NOT NULL DEFAULT 1 CHECK (step BETWEEN 1 AND 999),
    ADD COLUMN min_per_order    BIGINT NOT NULL DEFAULT 1 CHECK (min_per_order BETWEEN 1 AND 999),
    ADD COLUMN max_per_customer BIGINT CHECK (max_per_customer >= 1);
UPDATE variants SET prices = json_build_object((SELECT currency_code FROM shop), price::text)::text;
ALTER TABLE variants DROP COLUMN price;

-- How often each coupon was used by orders that are unresolved or paid.
CREATE TABLE coupons (
    code TEXT   PRIMARY KEY,
    used BIGINT NOT NULL CHECK (used >= 0)
);

-- Quotes live for minutes; those of the old form are asked for anew.
DELETE FROM quotes;
ALTER TABLE quotes
    ADD COLUMN parts   TEXT NOT NULL DEFAULT '{}' CHECK (parts::json IS NOT NULL),
    ADD COLUMN coupon  TEXT,
    -- Personal: where it goes and to whom.
    ADD COLUMN address TEXT;

ALTER TABLE orders
    -- What a total has beside its lines; absent in orders from before there was more.
    ADD COLUMN parts        TEXT CHECK (parts IS NULL OR parts::json IS NOT NULL),
    ADD COLUMN coupon       TEXT,
    -- Personal: where it goes and to whom.
    ADD COLUMN address      TEXT,
    ADD COLUMN fulfilment   TEXT CHECK (fulfilment IN ('accepted', 'shipped', 'completed')),
    ADD COLUMN fulfilled_at BIGINT,
    ADD COLUMN tracking     TEXT;
CREATE INDEX orders_by_coupon ON orders (coupon, wallet, customer) WHERE coupon IS NOT NULL;

CREATE TRIGGER orders_keep_their_terms
BEFORE UPDATE OF quote_id, wallet, customer, currency_code, total, parts, coupon ON orders FOR EACH ROW
EXECUTE FUNCTION refuse('an order keeps what it was placed for');

ALTER TABLE order_lines RENAME COLUMN total TO subtotal;
ALTER TABLE order_lines
    ADD COLUMN discount       BIGINT NOT NULL DEFAULT 0 CHECK (discount >= 0),
    ADD COLUMN order_discount BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN tax_rate       TEXT   NOT NULL DEFAULT '0',
    ADD COLUMN tax            BIGINT NOT NULL DEFAULT 0 CHECK (tax >= 0),
    ADD CHECK (order_discount >= 0 AND discount + order_discount <= subtotal);
