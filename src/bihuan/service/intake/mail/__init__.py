"""Reading and threading mails: bytes in, plain values out. No database, no network."""
