"""Writes of insight: the refresh of all traits, and a brand's settings."""
