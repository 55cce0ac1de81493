"""The view “Inside”: what each layer of the model computes for the drawing."""
