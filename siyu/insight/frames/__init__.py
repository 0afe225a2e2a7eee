"""Insight as Ibis expressions: facts to traits, traits to classes and stages. Nothing here executes."""
