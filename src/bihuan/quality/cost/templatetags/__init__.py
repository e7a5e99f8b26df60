"""Tags of the leaf."""
