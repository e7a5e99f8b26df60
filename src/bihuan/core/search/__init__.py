"""One search box, one index. Owns no text."""
