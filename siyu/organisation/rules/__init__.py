"""Pure decisions of organisation; a file a noun."""
