"""Everything that decides a training, as frozen and validated values, and the table of settings."""

from studio.config.augment import AugmentConfig
from studio.config.data import CURRENT_FIXES, DataConfig, Fit
from studio.config.engine import EngineConfig
from studio.config.model import (
    IMAGENET,
    OF_RUN,
    Activation,
    FlatNorm,
    Kernel,
    ModelConfig,
    Norm,
    Pool,
    PoolSide,
)
from studio.config.optim import MOST_EPOCHS, OptimConfig, Select, StopMetric
from studio.config.setting_field import Setting
from studio.config.train import TrainConfig, describe_length, setting, setting_label, settings

__all__ = [
    "CURRENT_FIXES",
    "IMAGENET",
    "MOST_EPOCHS",
    "OF_RUN",
    "Activation",
    "AugmentConfig",
    "DataConfig",
    "EngineConfig",
    "Fit",
    "FlatNorm",
    "Kernel",
    "ModelConfig",
    "Norm",
    "OptimConfig",
    "Pool",
    "PoolSide",
    "Select",
    "Setting",
    "StopMetric",
    "TrainConfig",
    "describe_length",
    "setting",
    "setting_label",
    "settings",
]
