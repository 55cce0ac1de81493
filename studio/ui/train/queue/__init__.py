"""The queue of trainings that wait their turn."""
