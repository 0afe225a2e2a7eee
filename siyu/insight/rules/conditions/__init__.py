"""Questions about typed values: read, said in words, answered for one row; segments ask traits, traits ask facts."""
