"""Digests: what is told of a day, and of a week. Each once to each, when it is sent or when they next come."""
