"""The comparison of two runs: what the newer one fixed and broke, and training with label fixes."""
