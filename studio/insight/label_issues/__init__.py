"""Label issues by confident learning. Importing `find_label_issues` imports torch."""

from typing import TYPE_CHECKING, Any

from studio.insight.label_issues.issue import LabelIssue, LabelIssueReport

if TYPE_CHECKING:
    from studio.insight.label_issues.search import find_label_issues

__all__ = ["LabelIssue", "LabelIssueReport", "find_label_issues"]


def __getattr__(name: str) -> Any:
    # The window shows a report without torch; only the search needs it.
    if name == "find_label_issues":
        from studio.insight.label_issues.search import find_label_issues

        return find_label_issues
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
