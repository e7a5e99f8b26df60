"""Every write of a recall."""
