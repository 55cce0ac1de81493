"""Makes the bundled model: strokes for its training, the training, and the card."""
