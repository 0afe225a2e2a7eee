"""Named, versioned metric definitions as frames."""
