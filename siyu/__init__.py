"""Siyu: private-domain customer operations, from a customer's first trace to an honestly measured action."""
