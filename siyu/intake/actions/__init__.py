"""What intake does: reads files into the lake, undoes it, and pumps the inbox."""
