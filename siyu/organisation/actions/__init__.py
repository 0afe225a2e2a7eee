"""Writes, one file a noun: brands, users, passwords, sessions, keys, and the throttle on guessing."""
