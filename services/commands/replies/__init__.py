"""What viewers are answered, one file to a command: plain functions from facts to short, friendly text."""
