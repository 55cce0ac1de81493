"""One sample in detail."""
