"""Reads of destinations."""
