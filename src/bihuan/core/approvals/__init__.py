"""Approval chains from policy: steps, votes, returns, filing. Owns no subject."""
