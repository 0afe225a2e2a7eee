"""What destinations reach outside: web addresses, folders, buckets."""
