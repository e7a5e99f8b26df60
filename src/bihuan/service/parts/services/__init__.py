"""Every write of spare parts."""
