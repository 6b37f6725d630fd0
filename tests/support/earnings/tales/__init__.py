"""Made-up days of a room, the same for the same seed, as the robot tells of them."""
