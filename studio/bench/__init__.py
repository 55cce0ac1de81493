"""Benchmarks of this program against what a user would write instead. Imports no Qt and no torch.

Torch is loaded in worker processes only: by `workers` and `baselines`, by `gpu`, and with Qt by
`studio.ui.bench`.
"""
