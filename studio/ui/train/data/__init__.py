"""What the network learns from: the set, its split, its changes, and the pictures themselves."""
