"""What a home, an authority, a court answers: pure functions that neither draw nor know the clock."""
