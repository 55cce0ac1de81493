"""The dialog that finds a learning rate."""
