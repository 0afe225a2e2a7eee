"""Writes of outreach: plan, send, take receipts."""
