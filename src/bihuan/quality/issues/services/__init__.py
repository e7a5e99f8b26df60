"""Everything that changes an issue."""
