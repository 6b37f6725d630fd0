"""What the commands of the shop answer."""
