"""The journal: who did what to what, hash-chained per subject. Owns no rule about what is recorded."""
