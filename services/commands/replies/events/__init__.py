"""What the commands on events answer."""
