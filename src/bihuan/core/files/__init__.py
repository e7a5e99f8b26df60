"""Evidence: stored once by content, typed by content, served only to those who may see its subject."""
