"""What intake's routes take and give."""
