"""Money, worked out from the event log: a ledger, the books of homes, and the measures made of them."""
