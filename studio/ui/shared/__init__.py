"""What two or more pages use: pickers, dialogs, builders of small widgets, saliency."""
