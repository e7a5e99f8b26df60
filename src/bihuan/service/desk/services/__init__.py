"""Every write of the service desk, by the step of the loop that it belongs to."""
