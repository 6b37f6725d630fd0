"""Shoutouts: a line that the announcer says for somebody, paid once the room has heard it."""
