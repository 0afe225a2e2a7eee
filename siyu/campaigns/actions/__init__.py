"""Writes: drafting, agreeing, launching, ending."""
