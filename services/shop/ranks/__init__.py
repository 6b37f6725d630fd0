"""The ranks of buyers: by what they earned, as the ledger says, and by what earning told of them. Prices and limits go by them."""
