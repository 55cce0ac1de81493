"""One training by several processes that torchrun started, each with its share of every batch."""
