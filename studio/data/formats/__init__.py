"""Readers of the file formats of known datasets: IDX and CIFAR-10 batches."""
