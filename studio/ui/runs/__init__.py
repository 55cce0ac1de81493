"""The Runs page: every training ever made, side by side."""
