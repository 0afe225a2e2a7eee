"""What people may ask of whoever holds their data: everything about them, and to be forgotten, with a proof."""
