"""Ingest: puts all that happens into one order, translated into the economy's own words.

Takes: `ECONOMY_RAW`, the robot's events and lifecycle as they came, and what ingest itself observes and publishes there.
Gives: `ECONOMY_EVENTS`, exactly one event for each raw message, in that order; and the configuration, on request read anew.
Keeps: nothing. Its position is the raw sequence in the last event; its memory is rebuilt from its own events.
"""
