"""What the network is made of, and the picture of it."""
