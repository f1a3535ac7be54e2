"""The business case: what a scheme costs and saves, year by year, payer by payer, with intervals."""
