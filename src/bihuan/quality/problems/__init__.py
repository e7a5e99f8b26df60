"""The quality problem database (F32): search, similar problems, Pareto, trend, read-across. Issues own the problems."""
