-- Ending payments at the wallet.

-- When the shopper gave the order up.
ALTER TABLE orders ADD COLUMN given_up_at INTEGER;

-- Since when the attempt is to end unpaid, how often the wallet was told, and when it said that it did.
ALTER TABLE attempts ADD COLUMN cancelling_since INTEGER;
ALTER TABLE attempts ADD COLUMN cancels_sent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN cancel_taken_at INTEGER;
