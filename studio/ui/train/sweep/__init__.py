"""Sweeps: the dialog that plans one, and the view of its results."""
