"""Sweeps: trainings over values of settings and seeds, and what they show."""
