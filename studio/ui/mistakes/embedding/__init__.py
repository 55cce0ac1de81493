"""The map of the samples, and the training samples nearest to one."""
