"""Reads of insight: traits as of any date, the RFM grid, stages, one customer's story."""
