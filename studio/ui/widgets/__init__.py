"""Domain-blind widgets: numpy and plain values in, signals out."""
