"""The rules: pure, small, composable; who may be asked, in what order, and who gets the place."""
