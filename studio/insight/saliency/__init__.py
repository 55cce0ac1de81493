"""Saliency maps: which pixels speak for or against a class. Only their computation needs torch."""

from studio.insight.saliency.compute import SaliencyMaps, compute_saliency
from studio.insight.saliency.methods import (
    GRAD_CAM,
    INPUT_TIMES_GRADIENT,
    INTEGRATED_GRADIENTS,
    METHODS,
    OCCLUSION,
    SaliencyMethod,
)

__all__ = [
    "GRAD_CAM",
    "INPUT_TIMES_GRADIENT",
    "INTEGRATED_GRADIENTS",
    "METHODS",
    "OCCLUSION",
    "SaliencyMaps",
    "SaliencyMethod",
    "compute_saliency",
]
