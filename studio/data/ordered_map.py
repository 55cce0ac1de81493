"""Map a function over items in several threads, with ordered results and bounded look-ahead."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def map_ordered(function: Callable[[T], R], items: Iterable[T]) -> Generator[R, None, None]:
    """Yield `function(item)` in the order of the items, which are consumed as results are ready.

    Unlike `Executor.map` it never reads far ahead, so that the items need not fit into memory.
    Close the generator to stop early; its threads have ended when it is closed.
    """
    workers = max(2, os.cpu_count() or 2)
    with ThreadPoolExecutor(workers, "ordered-map") as executor:
        pending: deque[Future[R]] = deque()
        try:
            for item in items:
                pending.append(executor.submit(function, item))
                if len(pending) > workers + 1:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
