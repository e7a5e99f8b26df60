"""The master record of spare parts: what a part is and what replaces it. Owns no stock."""
