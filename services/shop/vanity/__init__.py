"""Things for oneself that are kept or told at once: a greeting, a name for the coin, a fortune. And the list of all that is sold."""
