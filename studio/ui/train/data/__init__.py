"""The dataset: its sections of the form, and its preview."""
