"""Suppliers of parts and how they were judged. Owns no order and no stock."""
