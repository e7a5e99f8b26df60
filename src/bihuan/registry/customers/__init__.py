"""Customers with contacts and sites. Owns no case."""
