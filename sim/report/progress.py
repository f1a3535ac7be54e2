"""Progress of long work: one live line on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import os
import sys
import time
from typing import TextIO

EVERY_SECONDS = 10.0
TELL_EVERY = "PLACESIM_TELL_EVERY"
"""Seconds between lines where there is no terminal: for a program that reads them."""


class Progress:
    """Scenarios and replications done, rate, time left and failures. `already` were done before this start."""

    def __init__(
        self, scenarios: int, replications: int, already: int = 0, out: TextIO | None = None
    ) -> None:
        self.scenarios, self.replications, self.already = scenarios, replications, already
        self.out = out or sys.stderr
        self.live = self.out.isatty()
        self.began = self.last = time.monotonic()
        self.width = 0

    def tell(self, scenarios_done: int, replications_done: int, failed: int) -> None:
        """Say how far it is, if it is time to: often on a terminal, every ten seconds elsewhere."""
        now = time.monotonic()
        if now - self.last < (0.1 if self.live else EVERY_SECONDS):
            return
        self.last = now
        self._say(self.line(scenarios_done, replications_done, failed, now - self.began))

    def line(self, scenarios_done: int, replications_done: int, failed: int, seconds: float) -> str:
        """What is said: `12 of 60 scenarios, 340 of 1,200 replications, 33.1 a second, 0:26 left, 0 failed`."""
        rate = (replications_done - self.already) / seconds if seconds > 0 else 0.0
        left = clock((self.replications - replications_done) / rate) if rate > 0 else "time unknown"
        return (
            f"{scenarios_done:,} of {self.scenarios:,} scenarios, "
            f"{replications_done:,} of {self.replications:,} replications, "
            f"{rate:,.1f} a second, {left} left, {failed:,} failed"
        )

    def close(self) -> None:
        """Clear the live line."""
        if self.live and self.width:
            self._say("")
            self.out.write("\r")
            self.out.flush()

    def _say(self, text: str) -> None:
        end = "" if self.live else "\n"
        start = "\r" if self.live else ""
        self.out.write(f"{start}{text:<{self.width}}{end}")
        self.out.flush()
        self.width = len(text) if self.live else 0


def clock(seconds: float) -> str:
    """`0:26`, `12:05`, `3:40:00`."""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def seldom() -> float:
    """Seconds between lines where there is no terminal."""
    return float(os.environ.get(TELL_EVERY, EVERY_SECONDS))


def bar(total: int):  # type: ignore[no-untyped-def]
    """A bar with time left on a terminal; a plain line now and then elsewhere."""
    from tqdm import tqdm

    on_terminal = sys.stderr.isatty()
    return tqdm(
        total=total, unit="run", desc="Playing", file=sys.stderr, mininterval=0.2 if on_terminal else seldom(),
        ascii=not on_terminal, dynamic_ncols=on_terminal,
    )  # fmt: skip
