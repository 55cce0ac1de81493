"""One line of the table of runs."""

from dataclasses import dataclass

from studio.runs import RunSummary, run_tag


@dataclass(frozen=True)
class RunRow:
    """What the run's folder says, and how a person calls it.

    `host` is the machine that trained it, `folder` the opened folder it is in; both are "" for
    what is of this machine and in the program's own folder. `words` is what a search looks in.
    """

    summary: RunSummary
    variant: str
    dataset: str
    host: str = ""
    folder: str = ""
    words: str = ""

    @property
    def id(self) -> str:
        """The run's id."""
        return self.summary.key

    @property
    def tag(self) -> str:
        """The end of its title: enough to tell runs of one recipe apart."""
        return run_tag(self.summary.path.name)

    @property
    def name(self) -> str:
        """The run's title."""
        return self.summary.title

    @property
    def place(self) -> str:
        """Where it is from, "" for here."""
        return " · ".join(part for part in (self.host, self.folder) if part)
