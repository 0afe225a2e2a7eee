"""People become known, say what they agree to, and vanish with the import that brought them."""
