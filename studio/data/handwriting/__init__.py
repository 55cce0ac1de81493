"""The user's own drawings with their labels: the store on disk, and the dataset made of it.

Nothing here imports torch or Qt.
"""
