"""Tasks that end badly, in a module that a worker imports quickly."""

from __future__ import annotations

import os
import signal
import time

from sim.scenario.errors import ConfigError


def deadly(poison: int, number: int) -> int:
    """Twice the number; the poison kills the process that is given it."""
    if number == poison:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.01)
    return number * 2


def wrong(number: int) -> int:
    """Raises ConfigError."""
    raise ConfigError("here", "key", "wrong", given=str(number))
