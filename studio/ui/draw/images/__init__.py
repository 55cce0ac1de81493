"""Images and photos on the Draw page: one on a stage, or several in a grid."""
