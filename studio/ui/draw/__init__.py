"""The Draw page: draw, and see what a network reads while the pen moves."""
