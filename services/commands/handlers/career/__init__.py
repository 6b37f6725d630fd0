"""What somebody reaches by and by: ranks, badges, and how coins are earned at all."""
