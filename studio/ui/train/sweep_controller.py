"""Opens the dialog that plans a sweep, and keeps the results of sweeps up to date."""
