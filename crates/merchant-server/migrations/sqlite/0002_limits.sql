-- What keeps a client from filling the disk.

-- When the shopper's return was written down last: hints that follow at once add nothing.
ALTER TABLE attempts ADD COLUMN returned_at INTEGER;

-- Finds a customer's oldest quotes, which make room for new ones.
CREATE INDEX quotes_by_customer ON quotes (wallet, customer, created_at);
