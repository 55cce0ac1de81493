"""The Draw page: draw, and see the prediction while the pen moves."""
