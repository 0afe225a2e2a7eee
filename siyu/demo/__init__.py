"""The simulated brand: a tea and pastry house that does not exist, the same for everybody with the same seed."""
