"""Label issues: samples whose label is probably wrong."""

from dataclasses import dataclass

from studio.data import Split


@dataclass(frozen=True)
class LabelIssue:
    """A sample whose label is doubtful, and why.

    `index` is its row in the dataset, `file` its file name (empty where it has none), `label` and
    `suggested` are class names. `score`, 0..1, is how doubtful the label is. `split` is the split
    that the sample is in.
    """

    sample: str
    index: int
    file: str
    label: str
    suggested: str
    score: float
    reason: str
    split: Split


@dataclass(frozen=True)
class LabelIssueReport:
    """The label issues of a split, the most doubtful label first.

    `samples` is the number of samples that were examined. `estimated` is how many labels contradict
    a confident prediction: an estimate of how many are wrong, too high where classes resemble each
    other. `unjudged` samples are the only ones of their class. `validation_included` says whether
    validation samples were examined too.
    """

    split: Split
    samples: int
    estimated: int
    issues: tuple[LabelIssue, ...]
    unjudged: int = 0
    validation_included: bool = False
