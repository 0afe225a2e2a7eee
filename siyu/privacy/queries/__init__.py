"""What privacy reads."""
