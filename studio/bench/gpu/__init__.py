"""Checks and benchmarks of training on a GPU, in one run: `vgg-studio bench gpu`."""
