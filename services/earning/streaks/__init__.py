"""What coming back is worth: day after day, and at the weekend as well as on a weekday."""
