"""The view of the figures of an evaluation, and of what they can tell."""
