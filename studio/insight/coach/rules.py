"""All rules of the coach, and the order in which their advice is shown."""

from collections.abc import Callable, Collection, Mapping

from studio.insight.coach import data_rules, fit_rules, rate_rules
from studio.insight.coach.advice import Advice
from studio.insight.coach.record import TrainingRecord

Rule = Callable[[TrainingRecord], Advice | None]

# A rule that explains the finding of another one comes first: of equal severity, the first advice
# is shown.
RULES: Mapping[str, Rule] = {
    "rate_too_high": rate_rules.rate_too_high,
    "silent_units": fit_rules.silent_units,
    "class_collapse": fit_rules.class_collapse,
    "rate_too_low": rate_rules.rate_too_low,
    "at_chance": rate_rules.at_chance,
    "mirrored_characters": data_rules.mirrored_characters,
    "overfitting": fit_rules.overfitting,
    "plateau": rate_rules.plateau,
    "few_samples": data_rules.few_samples,
    "training_loss_above": fit_rules.training_loss_above,
}


def find_advice(record: TrainingRecord, dismissed: Collection[str] = ()) -> Advice | None:
    """Return the most important advice for a training so far; None while all is well.

    Rules in `dismissed` are skipped.
    """
    found = [rule(record) for name, rule in RULES.items() if name not in dismissed]
    advice = [one for one in found if one is not None]
    return max(advice, key=lambda one: one.severity, default=None)  # the first of the largest
