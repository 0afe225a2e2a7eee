"""Reads of outreach: the channel, the messages, what is stuck."""
