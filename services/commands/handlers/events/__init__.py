"""Commands on events, and on whatever else makes everything count for more."""
