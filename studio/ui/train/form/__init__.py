"""The form: its fields, and how their values become a TrainConfig and back."""
