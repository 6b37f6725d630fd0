"""Ranks: who holds which, how somebody climbs, and how the room hears of it."""
