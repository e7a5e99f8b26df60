"""One answer per Idempotency-Key: a program that repeats a POST repeats nothing else. Owns no endpoint."""
