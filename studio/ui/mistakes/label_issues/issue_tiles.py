"""Label issues as tiles of a grid."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.formatting import percent
from studio.insight.label_issues.issue import LabelIssue

ARROW = " → "


@dataclass(frozen=True, eq=False)
class IssueTiles:
    """A `TileSource`: images uint8 [n, C, H, W] of issues, whose position is their rank."""

    images: npt.NDArray[np.uint8]
    issues: tuple[LabelIssue, ...]
    class_names: tuple[str, ...]

    def caption(self, position: int) -> str:
        """Return "T-shirt → Dress"."""
        issue = self.issues[position]
        return f"{issue.label}{ARROW}{issue.suggested}"

    def details(self, position: int) -> tuple[str, str]:
        """Return the score and the name of the sample."""
        issue = self.issues[position]
        name = Path(issue.file).name if issue.file else issue.sample
        return f"score {percent(issue.score)}", name

    def description(self, position: int) -> str:
        """Return label, suggestion and reason, for tooltips and screen readers."""
        issue = self.issues[position]
        return f"{issue.sample}: labeled {issue.label}, suggested {issue.suggested}. {issue.reason}"

    def longest_caption(self) -> str:
        """Return the caption with the two longest class names."""
        return ARROW.join(sorted(self.class_names, key=len)[-2:])
