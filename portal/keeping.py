"""What a process may go on knowing for a while, so that the pages everybody opens cost no SQL."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """The answer of a question that is asked far more often than it changes."""

    def __init__(self, ask: Callable[[], T], seconds: float) -> None:
        self.ask, self.seconds = ask, seconds
        self.known: tuple[T, float] | None = None

    def __call__(self) -> T:
        now = time.monotonic()
        if self.known is None or abs(now - self.known[1]) >= self.seconds:
            self.known = (self.ask(), now)
        return self.known[0]

    def forget(self) -> None:
        """Ask again at the next question."""
        self.known = None
