"""Reads of intake: what a file holds, what a map makes of it, which imports there were."""
