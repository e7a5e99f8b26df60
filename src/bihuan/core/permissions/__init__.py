"""Who may do what: roles to permissions from policy, scope of rows. Owns no role and no user."""
