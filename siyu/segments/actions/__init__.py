"""What changes segments, and what goes out of them."""
