"""Every write of the leaf."""
