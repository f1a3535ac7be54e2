"""Tasks on processes of this machine, each with a pipe of its own: one that is killed takes only its own task along.

The processes are loky's, but not its pool: there all share one queue each way, and a process that is killed while
it holds the queue's lock, or half way through an answer, leaves the others and this one waiting for ever.
"""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.pool import ExceptionWithTraceback  # type: ignore[attr-defined]
from queue import SimpleQueue
from typing import Any, TypeVar

from sim.study import ONE_THREAD
from sim.study.signals import ctrl_c_is_ours

Task = TypeVar("Task")
Done = TypeVar("Done")

GIVEN_UP = 5  # times that a task may be lost with the process that plays it
AHEAD = 4  # tasks a worker that may be begun before their answers are read
NEVER_BEGUN = 50  # processes in a row that may end before they have begun with a task
BEGUN = b"begun"
LOKY = "joblib.externals.loky.backend"


Found = tuple[Any, BaseException | None]  # what a task came to, or what it raised


def on_local(
    play: Callable[[Task], Done], tasks: Iterable[Task], workers: int, wanted: Callable[[Task], bool]
) -> Iterator[tuple[Task, Done | None]]:
    """Every task that is wanted when its turn comes, with what `play` made of it; None if it kills who plays it.

    Raises what `play` raises. Whatever is still under way when it is closed is stopped.
    """
    crew = _Crew(play, (task for task in tasks if wanted(task)), _idle(os.getpid()), AHEAD * workers)
    threads = [threading.Thread(target=crew.attend, daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()
    try:
        for _ in threads:
            while (said := crew.said.get()) is not None:
                task, (done, error) = said
                if error is not None:
                    raise error
                yield task, done
                crew.ahead.release()
    finally:
        crew.stop()
        crew.ahead.release(workers)
        for thread in threads:
            thread.join()


@cache
def _idle(process: int) -> list[_Worker]:
    """Workers of this process that wait for the next tasks: to start one takes as long as many a task."""
    return []


def _hired(idle: list[_Worker]) -> _Worker:
    """One that is idle, or a new one."""
    try:
        return idle.pop()  # another thread may have taken the last
    except IndexError:
        return _Worker()


class _Crew:
    """Threads that have one task after another played; `said` has what came of each, and a None as a thread ends.

    `ahead` is let go once for each answer that has been read: no more are begun than are soon read.
    """

    def __init__(
        self, play: Callable[[Any], Any], tasks: Iterator[Any], idle: list[_Worker], ahead: int
    ) -> None:
        self.said: SimpleQueue[tuple[Any, Found] | None] = SimpleQueue()
        self.ahead = threading.Semaphore(ahead)
        self._play = play
        self._tasks = tasks
        self._idle = idle
        self._busy: set[_Worker] = set()
        self._turn = threading.Lock()
        self._stopped = False

    def attend(self) -> None:
        """What each thread does, until no task is left."""
        task = None
        try:
            while (task := self._next()) is not None:
                self.said.put((task, self._found(task)))
        except BaseException as error:  # raised again where the answers are read
            self.said.put((task, (None, error)))
        self.said.put(None)

    def stop(self) -> None:
        """Hand out nothing more, and end what is being played."""
        with self._turn:
            self._stopped = True
            for worker in self._busy:
                worker.stop()

    def _next(self) -> Any:
        self.ahead.acquire()
        with self._turn:
            return None if self._stopped else next(self._tasks, None)

    def _found(self, task: Any) -> Found:
        lost: Counter[bool] = Counter()
        while lost[True] < GIVEN_UP and lost[False] < NEVER_BEGUN:
            with self._turn:
                if self._stopped:
                    break
                worker = _hired(self._idle)
                self._busy.add(worker)
            begun = worker.hand(self._play, task)
            found = worker.answer() if begun else None
            with self._turn:
                self._busy.remove(worker)
                if found is not None:
                    self._idle.append(worker)
                    return found
            worker.end()
            lost[begun] += 1
        if lost[False] == NEVER_BEGUN:
            raise ChildProcessError(f"{NEVER_BEGUN} processes in a row ended before they had begun")
        return None, None


class _Worker:
    """A process that plays one task after another, and the pipe to it, of which nobody else has an end."""

    def __init__(self) -> None:
        import_module(
            f"{LOKY}.resource_tracker"
        ).ensure_running()  # it lets Ctrl-C through where it is started
        self._pipe, there = Pipe()
        context = import_module(LOKY).get_context("loky")
        self._process = context.Process(target=_serve, args=(there,), daemon=True, env=ONE_THREAD)
        self._started = False
        with (
            there,
            ctrl_c_is_ours(),
            suppress(BrokenPipeError),
        ):  # it may be killed before it has read what to do
            self._process.start()
            self._started = True

    def hand(self, play: Callable[[Any], Any], task: Any) -> bool:
        """Hand the task over; False if the process ended before it began: it was killed idle, or as it started."""
        message = _packed((play, task))
        try:
            self._pipe.send_bytes(message)
            return self._pipe.recv_bytes() == BEGUN
        except (EOFError, OSError):
            return False

    def answer(self) -> Found | None:
        """What came of the task; None if the process ended before it did."""
        try:
            message = self._pipe.recv_bytes()
        except (EOFError, OSError):
            return None
        found: Found = pickle.loads(message)
        return found

    def stop(self) -> None:
        """End the process now; whoever waits for its answer hears of it."""
        if self._started:
            self._process.terminate()

    def end(self) -> None:
        """Clear away a process that has ended, or that no longer hears."""
        self._pipe.close()
        self.stop()
        if self._started:
            self._process.join()


def _packed(message: Any) -> bytes:
    """Pickled, a function that was made on the spot too."""
    return bytes(import_module(f"{LOKY}.reduction").dumps(message))


def _serve(pipe: Connection) -> None:
    """Play what comes through the pipe, until its other end is gone."""
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            message = pipe.recv_bytes()
            pipe.send_bytes(BEGUN)
            pipe.send_bytes(_answer(message))


def _answer(message: bytes) -> bytes:
    try:
        play, task = pickle.loads(message)
        return _packed((play(task), None))
    except BaseException as error:  # it belongs to whoever asked
        try:
            return _packed((None, ExceptionWithTraceback(error, error.__traceback__)))
        except Exception:  # it cannot travel
            return _packed((None, RuntimeError(f"{type(error).__name__}: {error}")))


def _end_with_parent(parent: int) -> None:
    """End this process when the one that started it has ended: a task may have minutes to go."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)
