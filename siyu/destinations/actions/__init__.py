"""Writes of destinations."""
