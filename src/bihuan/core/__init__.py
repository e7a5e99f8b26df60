"""The mechanisms, each written once; every room above uses them."""
