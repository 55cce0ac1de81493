"""Readers for the file formats of the known datasets: IDX and CIFAR-10 batches."""
