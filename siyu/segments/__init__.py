"""Named sets of customers, given by conditions on traits."""
