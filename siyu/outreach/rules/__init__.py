"""Pure decisions of outreach: when, how often, what text, at what cost, and what a receipt changes."""
