"""The learning-rate finder: a short mock training whose rate rises until the loss diverges.

L. N. Smith, Cyclical Learning Rates for Training Neural Networks (2015), section 3.3. Importing it
does not import torch.
"""

from studio.training.lr_finder.finder import STEPS, find_learning_rate
from studio.training.lr_finder.rate_curve import RateCurve, Suggestion

__all__ = ["STEPS", "RateCurve", "Suggestion", "find_learning_rate"]
