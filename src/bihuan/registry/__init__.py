"""What exists: people, customers, products and the fault catalogue."""
