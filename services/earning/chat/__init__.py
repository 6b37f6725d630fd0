"""What viewers write in the room, and what the robot answers."""
