"""SQLite with a fair queue of writers. Owns no table and no rule."""
