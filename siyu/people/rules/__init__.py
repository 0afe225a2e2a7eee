"""Pure decisions of people: how identities are written, and which of them are one customer."""
