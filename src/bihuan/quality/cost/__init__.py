"""What quality costs: lines by class, who bears them, and a ledger that balances. Owns no goods and no causes."""
