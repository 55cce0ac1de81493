"""Lets trainings wait their turn: starts the next one when a training has ended."""
