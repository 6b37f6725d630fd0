"""What things cost: the one function behind every door, and the governor that lets prices follow the coins in circulation."""
