"""Traits, RFM and lifecycle: what a brand knows of each customer, as of any date."""
