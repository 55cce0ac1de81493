"""The view “Compare”: up to four models side by side on the same drawing."""
