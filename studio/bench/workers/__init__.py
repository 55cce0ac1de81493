"""What runs in a worker process: this program's training and evaluation, and how they report."""
