"""Who is in the room, and which minutes are theirs."""
