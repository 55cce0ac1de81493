"""Work in several threads with results in order, and never more than a few items waiting."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def map_ordered(work: Callable[[T], R], items: Iterable[T]) -> Generator[R, None, None]:
    """`work` of each item, in the order of the items, which are taken as the work goes on.

    Close the iterator to end early: threads are gone when it is closed.
    """
    workers = max(2, os.cpu_count() or 2)
    with ThreadPoolExecutor(workers, "pictures") as pool:
        waiting: deque[Future[R]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > workers + 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
