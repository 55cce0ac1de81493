"""Label fixes: relabel, exclude, mark and tag samples, with undo, and what shows them."""
