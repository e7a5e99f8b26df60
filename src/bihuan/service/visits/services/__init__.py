"""Every write of field service, by its part of the way."""
