"""Returned defectives: sales hands them to engineering, which repairs and analyses them within its hours (RET-08)."""
