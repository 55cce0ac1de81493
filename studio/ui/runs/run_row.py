"""One row of the run table."""

from dataclasses import dataclass

from studio.runs import RunSummary, run_tag


@dataclass(frozen=True)
class RunRow:
    """The summary of a run, and the titles of its variant and dataset.

    `host` is the computer that trained it, `folder` the opened folder that contains it; they are
    "" for this computer and for the program's own folder. `search_text` is what a filter searches,
    in lower case.
    """

    summary: RunSummary
    variant: str
    dataset: str
    host: str = ""
    folder: str = ""
    search_text: str = ""

    @property
    def id(self) -> str:
        """The run's id."""
        return self.summary.key

    @property
    def tag(self) -> str:
        """The end of its title, which differs between runs of one recipe."""
        return run_tag(self.summary.path.name)

    @property
    def name(self) -> str:
        """The run's title."""
        return self.summary.title

    @property
    def origin(self) -> str:
        """Computer and folder it comes from; "" for this computer and the program's folder."""
        return " · ".join(filter(None, (self.host, self.folder)))
