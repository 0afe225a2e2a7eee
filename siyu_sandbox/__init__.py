"""A stand-in for an SMS vendor: a process of its own that takes, delays, delivers, fails and reports messages."""
