"""Uncertainty carried through: comparisons over the posterior, what drives them, what it is worth to know."""
