"""The view of the steps from a drawing to the model input."""
