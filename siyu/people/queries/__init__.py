"""Reads of people: who someone is, whom a channel reaches, why identities are one customer."""
