"""What is told of games."""
