"""What commerce does with rows of files: orders to the lake, products and stores to PostgreSQL."""
