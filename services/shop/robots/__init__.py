"""The robots, as the room shows them: whether each is there, and which rank it has. Who sells what a robot must do looks here first."""
