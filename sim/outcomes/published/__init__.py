"""What was published, worked out for the model in the same way: one function for each output of the vocabulary."""
