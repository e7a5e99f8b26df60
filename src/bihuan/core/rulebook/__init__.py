"""The pages on which the policy is read, compared and changed. Owns no data: profiles belong to core.policy."""
