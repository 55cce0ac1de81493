"""The Data view: issues, classes and samples of the dataset."""
