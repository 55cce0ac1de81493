"""The view of samples: confusion matrix, grid and filter."""
