"""Spare parts: places, the ledger of moves, requisitions, purchases, counts. Knows no visit and no return."""
