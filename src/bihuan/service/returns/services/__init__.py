"""What happens to a return, one function per change."""
