"""What trains in a worker process: ours, and what others would write."""
