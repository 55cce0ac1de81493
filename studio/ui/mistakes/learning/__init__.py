"""The view "Learning": how the model learned each training sample."""
