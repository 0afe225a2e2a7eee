"""How the simulated brand comes about: its shelf, its stores, its people and what they buy."""
