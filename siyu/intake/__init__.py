"""What comes in from outside: files of orders, customers, products and stores, read, checked and typed."""
