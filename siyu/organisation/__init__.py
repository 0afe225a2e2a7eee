"""Who works here: brands, their people, sessions, API keys, and what each may do."""
