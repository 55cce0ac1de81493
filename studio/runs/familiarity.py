"""How much an input resembles the data a model was trained on: what its card keeps of it."""

import math
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

# The fractions of validation samples whose highest scores are kept. More of them where few samples
# are, because there it is decided what is familiar. The first stands for the lowest score of all.
LEVELS = (
    *(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15),
    *(0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0),
)

# What fewer than this fraction of validation samples fall below is called unlike them: 95 % of
# unseen samples pass.
UNFAMILIAR = 0.05


class Familiarity(BaseModel):
    """The score of a model for its inputs, and its quantiles on the validation split.

    Either the score is the distance of the logits from the nearest of `centers` [C, K], or it
    compares the logits with those of further classes of letters and shapes, which `weights` [M, D]
    and `bias` [M] compute from the inputs of the last layer; see `studio.training.familiarity`.
    `quantiles` are the scores at `LEVELS`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    quantiles: tuple[float, ...]
    centers: tuple[tuple[float, ...], ...] = ()
    weights: tuple[tuple[float, ...], ...] = ()
    bias: tuple[float, ...] = ()

    def fraction_below(self, score: float) -> float:
        """The fraction of validation samples with at most this score, 0..1.

        Below the lowest of them it falls further, so that even less familiar inputs have an order.
        """
        lowest = self.quantiles[0]
        if score >= lowest:
            return float(np.interp(score, self.quantiles, LEVELS))
        scale = max(self.quantiles[LEVELS.index(UNFAMILIAR)] - lowest, 1e-6)
        return LEVELS[0] * math.exp((score - lowest) / scale) if math.isfinite(score) else 0.0

    def check_fits(self, classes: int, features: int) -> None:
        """Raise ValueError where it cannot be that of a model with these classes and features."""
        if any(len(center) != classes for center in self.centers):
            raise ValueError(f"the centers of the familiarity must have {classes} values")
        if any(len(row) != features for row in self.weights):
            raise ValueError(f"the weights of the familiarity must have {features} values")

    @model_validator(mode="after")
    def _check_plausible(self) -> Self:
        """Raise ValueError where no score could be computed."""
        values = (*self.quantiles, *self.bias, *(v for row in self.centers for v in row))
        if not all(map(math.isfinite, (*values, *(v for row in self.weights for v in row)))):
            raise ValueError("the familiarity must be finite")
        if len(self.quantiles) != len(LEVELS) or list(self.quantiles) != sorted(self.quantiles):
            raise ValueError(f"the familiarity must have {len(LEVELS)} ascending quantiles")
        if bool(self.centers) == bool(self.weights) or len(self.weights) != len(self.bias):
            raise ValueError("the familiarity must have centers, or weights with a bias each")
        return self
