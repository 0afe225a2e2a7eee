"""What people, the lake and the kernel hold of a person: they stand below privacy, which speaks for them."""
