"""Tasks that end badly, in a module that a worker imports quickly."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

from sim.scenario.errors import ConfigError

MUCH = 40_000_000  # bytes: far more than a pipe holds


def deadly(poison: int, number: int) -> int:
    """Twice the number; the poison kills the process that is given it."""
    if number == poison:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.01)
    return number * 2


def cut_off(folder: Path, number: int) -> bytes:
    """Much to say; whoever is given a number for the first time is killed while it says it."""
    try:
        (folder / str(number)).touch(exist_ok=False)
    except FileExistsError:
        return bytes([number]) * MUCH
    threading.Timer(0.02 * number, os.kill, (os.getpid(), signal.SIGKILL)).start()
    return bytes([number]) * MUCH


def wrong(number: int) -> int:
    """Raises ConfigError."""
    raise ConfigError("here", "key", "wrong", given=str(number))


class Unspeakable(Exception):
    """An error that no other process can be told."""

    def __reduce__(self) -> str:
        raise TypeError("not me")


def unspeakable(number: int) -> int:
    """Raises Unspeakable."""
    raise Unspeakable(str(number))
