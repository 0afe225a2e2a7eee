"""Reads of segments: who is in one, lists and files of customers, the stored definitions."""
