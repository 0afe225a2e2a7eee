"""One-off sends and what they were worth."""
