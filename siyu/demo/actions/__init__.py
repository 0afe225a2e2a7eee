"""The simulated brand becomes real rows, through the same actions that people use."""
