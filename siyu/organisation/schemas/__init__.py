"""What organisation's routes take and give; a file a noun."""
