"""What plays in the room, and how long everybody was there for it."""
