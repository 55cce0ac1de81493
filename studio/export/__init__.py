"""What is handed on to others: the report of a run."""
