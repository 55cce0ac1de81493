"""The Runs page: all training runs in a table, and their curves side by side."""
