"""What the commands about ranks and badges answer."""
