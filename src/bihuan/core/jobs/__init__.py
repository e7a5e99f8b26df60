"""Work outside the request: outbox rows, leases, schedules. Owns no work of its own."""
