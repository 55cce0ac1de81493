"""One piece of advice, with its reason and the settings that it would change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any


class Severity(IntEnum):
    """How much the advice matters; larger values are shown first."""

    NOTE = 0  # explains something that looks wrong and is not
    HINT = 1  # could be better
    PROBLEM = 2  # this training will not give a useful model


@dataclass(frozen=True)
class Advice:
    """What was noticed in a training.

    `rule` names the rule. `text` is one sentence, `reason` says what was measured and why it
    matters. `now` holds settings that can be changed while the training runs, `next_run` those for
    a new training; both are empty where nothing can be applied with one click.
    """

    rule: str
    severity: Severity
    text: str
    reason: str
    now: Mapping[str, float] = field(default_factory=dict)
    next_run: Mapping[str, Any] = field(default_factory=dict)
