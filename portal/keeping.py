"""What a process may go on knowing for a while, so that the pages everybody opens cost no SQL."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """The answer of a question that is asked far more often than it changes."""

    def __init__(self, ask: Callable[[], T], seconds: float) -> None:
        self.ask, self.seconds = ask, seconds
        self.forget()

    def __call__(self) -> T:
        now = time.monotonic()
        if not self._known or abs(now - self._asked) >= self.seconds:
            self._known, self._asked = [self.ask()], now
        return self._known[0]

    def forget(self) -> None:
        """Ask again at the next question."""
        self._known: list[T] = []
        self._asked = float("-inf")
