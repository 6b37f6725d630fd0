"""Tips: whom one may give coins, and how many in a day."""
