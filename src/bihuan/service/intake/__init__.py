"""Ways in: mailboxes, raw messages stored first and once, calls. Owns no case."""
