"""The studio: a local web page on which planners choose scenarios, run them and look at what came of it."""
