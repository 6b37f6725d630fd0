"""What is known of viewers: the person, their days, their career."""
