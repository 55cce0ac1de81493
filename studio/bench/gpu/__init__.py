"""Everything about training on a GPU, checked and measured in one run: `vgg-studio bench gpu`."""
