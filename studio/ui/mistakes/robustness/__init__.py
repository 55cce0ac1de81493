"""The view of robustness: accuracy against the strength of changes of the inputs."""
