"""The augmentation section of the form."""
