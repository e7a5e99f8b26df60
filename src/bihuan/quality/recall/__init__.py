"""Recalls: the judgement, whom they affect, the law's steps, what became of every unit. Knows no cost."""
