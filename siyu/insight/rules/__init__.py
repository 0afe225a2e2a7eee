"""Pure decisions of insight, one customer at a time: the second, independent writing of every frame."""
