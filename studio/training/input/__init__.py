"""How samples reach the model: batches, tensors on the device, streaming and prefetch."""
