"""VGG Studio: train small VGG-style image classifiers and see why they are wrong."""

__version__ = "0.2.0.dev0"
