"""Strokes of digits, letters and shapes as hands draw them: to train on, and to measure with.

Imports no Qt and no torch.
"""
