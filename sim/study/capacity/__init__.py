"""How many places are needed, where, and how sure: designs, a store of what was played, procedures that decide."""
