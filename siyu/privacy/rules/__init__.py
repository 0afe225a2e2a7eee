"""What privacy decides."""
