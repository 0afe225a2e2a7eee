"""What customers buy: orders, refunds, products, stores."""
