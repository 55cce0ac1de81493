"""What a training will cost: the line above the Train button. The controller is beside it."""
