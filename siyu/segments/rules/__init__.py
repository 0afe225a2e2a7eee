"""Pure decisions of segments: reading a definition, whether one customer is in it, saying it in words."""
