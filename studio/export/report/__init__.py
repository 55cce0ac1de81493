"""The report of a run: one HTML page that contains everything and needs no network."""
