"""What intake refuses, and how to mend it."""
