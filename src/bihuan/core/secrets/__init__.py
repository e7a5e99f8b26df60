"""Secrets of other systems, encrypted at rest with the installation's key. Owns no table."""
