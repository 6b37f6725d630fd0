"""When things come again: times of day as instants, and what is done once for a date."""
