"""Lists of any length: pages by key, never by offset; counts that stop at a hundred. Owns no list."""
