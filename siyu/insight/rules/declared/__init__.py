"""Traits that a brand declares: read from JSON, ordered by what they use, evaluated for one customer, said in words."""
