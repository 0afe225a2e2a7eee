"""Outreach: what is sent to whom, once, with permission, and what became of it."""
