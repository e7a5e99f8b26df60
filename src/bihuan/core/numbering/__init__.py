"""Human numbers, unique and gapless per kind and period."""
