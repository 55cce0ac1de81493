"""The view “My handwriting”: collect own drawings, test models on them, adapt one to them."""
