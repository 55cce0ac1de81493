"""How a batch is cut into shares."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise


@dataclass(frozen=True)
class Cut:
    """`count` pictures for process `rank` of `size`: consecutive ones, as many as others have ± 1.

    With fewer pictures than processes some have none: those take one that counts nothing, since
    not every layer takes an empty batch.
    """

    count: int
    rank: int
    size: int

    @cached_property
    def counts(self) -> list[int]:
        """How many pictures of each process count, in order."""
        borders = [rank * self.count // self.size for rank in range(self.size + 1)]
        return [stop - start for start, stop in pairwise(borders)]

    @property
    def own(self) -> int:
        """How many of the own pictures count."""
        return self.counts[self.rank]

    @property
    def rows(self) -> slice:
        """The own pictures."""
        start = self.rank * self.count // self.size
        return slice(start, start + self.own) if self.own else slice(0, 1)
