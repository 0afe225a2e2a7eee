"""Questions about typed values: read, answered for one row, said in words; segments ask traits, traits ask facts."""
