"""Pure decisions of intake: what a cell, a row and a map mean, in Python and, word for word the same, in SQL."""
