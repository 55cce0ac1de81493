"""Edit a sample and see the prediction change; find the smallest change that does it."""
