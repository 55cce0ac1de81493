"""The Mistakes page: the samples that a model predicts wrongly."""
