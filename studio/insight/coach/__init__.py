"""Advice about a training from its measured curves: what goes wrong, why, and what to change."""

from studio.insight.coach.advice import Advice, Severity
from studio.insight.coach.fit_rules import find_training_only
from studio.insight.coach.record import TrainingRecord
from studio.insight.coach.rules import RULES, find_advice

__all__ = ["RULES", "Advice", "Severity", "TrainingRecord", "find_advice", "find_training_only"]
