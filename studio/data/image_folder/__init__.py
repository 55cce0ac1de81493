"""Import the user's own images from folders, archives and CSV label lists, which stay untouched."""
