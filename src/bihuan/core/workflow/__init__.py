"""Tables of moves; apply() is the only way a state changes. Owns no state of its own."""
