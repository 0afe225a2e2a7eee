"""What people's routes take and give."""
