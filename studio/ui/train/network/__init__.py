"""The network: its section of the form, its diagram, its initial weights."""
