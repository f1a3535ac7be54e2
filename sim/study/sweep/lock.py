"""One sweep at a time in a folder: a lock that the system lets go when its holder ends, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".lock"


class FolderInUseError(OSError):
    """Another process is writing in the folder."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold `folder` for writing. Raises FolderInUseError if another process does, OSError if it cannot be written."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise FolderInUseError(f"another placesim is writing in {folder}") from error
    try:
        yield
    finally:
        lock.release()


def in_use(folder: Path) -> bool:
    """Whether a sweep is being played in `folder` now."""
    if not (folder / LOCK).is_file():
        return False
    try:
        with held(folder):
            return False
    except FolderInUseError:
        return True
    except OSError:  # nobody can write in it
        return False
