"""Reads: campaigns, their audience before launch, their results after."""
