"""Database changes of the leaf."""
