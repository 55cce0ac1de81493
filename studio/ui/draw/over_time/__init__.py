"""The view “Over time”: what a model predicted after each epoch that its run has kept."""
