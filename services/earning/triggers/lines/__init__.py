"""What is paid for lines in the room, and for the robot's answers."""
