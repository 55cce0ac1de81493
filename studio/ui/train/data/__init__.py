"""The dataset: its section of the form, its preview, and the Data view."""
