-- Discounts, coupons, delivery, tax, prices in several currencies, limits, and how far an order is on its way.

-- Rises with every import: an order is committed only against the catalogue by which it was priced.
ALTER TABLE shop ADD COLUMN revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1);
ALTER TABLE shop ADD COLUMN more_currencies TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(more_currencies));
-- What is taken off and added to prices, as the catalogue's file says it.
ALTER TABLE shop ADD COLUMN terms TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(terms));

ALTER TABLE products ADD COLUMN tax_class TEXT NOT NULL DEFAULT 'standard';

-- Prices by currency.
ALTER TABLE variants ADD COLUMN prices TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(prices));
UPDATE variants SET prices = json_object((SELECT currency_code FROM shop), CAST(price AS TEXT));
ALTER TABLE variants DROP COLUMN price;
ALTER TABLE variants ADD COLUMN step INTEGER NOT NULL DEFAULT 1 CHECK (step BETWEEN 1 AND 999);
ALTER TABLE variants ADD COLUMN min_per_order INTEGER NOT NULL DEFAULT 1 CHECK (min_per_order BETWEEN 1 AND 999);
ALTER TABLE variants ADD COLUMN max_per_customer INTEGER CHECK (max_per_customer >= 1);

-- How often each coupon was used by orders that are unresolved or paid.
CREATE TABLE coupons (
    code TEXT    PRIMARY KEY,
    used INTEGER NOT NULL CHECK (used >= 0)
) STRICT;

-- Quotes live for minutes; those of the old form are asked for anew.
DELETE FROM quotes;
ALTER TABLE quotes ADD COLUMN parts TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(parts));
ALTER TABLE quotes ADD COLUMN coupon TEXT;
-- Personal: where it goes and to whom.
ALTER TABLE quotes ADD COLUMN address TEXT;

-- What a total has beside its lines; absent in orders from before there was more.
ALTER TABLE orders ADD COLUMN parts TEXT CHECK (parts IS NULL OR json_valid(parts));
ALTER TABLE orders ADD COLUMN coupon TEXT;
-- Personal: where it goes and to whom.
ALTER TABLE orders ADD COLUMN address TEXT;
ALTER TABLE orders ADD COLUMN fulfilment TEXT CHECK (fulfilment IN ('accepted', 'shipped', 'completed'));
ALTER TABLE orders ADD COLUMN fulfilled_at INTEGER;
ALTER TABLE orders ADD COLUMN tracking TEXT;
CREATE INDEX orders_by_coupon ON orders (coupon, wallet, customer) WHERE coupon IS NOT NULL;

CREATE TRIGGER orders_keep_their_terms
BEFORE UPDATE OF quote_id, wallet, customer, currency_code, total, parts, coupon ON orders
BEGIN
    SELECT RAISE(ABORT, 'an order keeps what it was placed for');
END;

ALTER TABLE order_lines RENAME COLUMN total TO subtotal;
ALTER TABLE order_lines ADD COLUMN discount INTEGER NOT NULL DEFAULT 0 CHECK (discount >= 0);
ALTER TABLE order_lines ADD COLUMN order_discount INTEGER NOT NULL DEFAULT 0
    CHECK (order_discount >= 0 AND discount + order_discount <= subtotal);
ALTER TABLE order_lines ADD COLUMN tax_rate TEXT NOT NULL DEFAULT '0';
ALTER TABLE order_lines ADD COLUMN tax INTEGER NOT NULL DEFAULT 0 CHECK (tax >= 0);
