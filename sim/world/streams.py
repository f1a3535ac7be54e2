"""Random numbers by address: uniform number i of (seed, replication, purpose) is the same for ever.

A stream is a counter-based generator (SplitMix64: Steele, Lea and Flood 2014) whose key comes from
numpy's SeedSequence over (seed, replication, purpose). A row is read by its index, so a draw never
depends on how many others were made, or in which order, and a block may be read far ahead of need.
numpy's own Philox gives blocks in order but no cheap access to scattered rows, which the answers of
homes need (child, home, fortnight).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_WORD = (1 << 64) - 1
_HALF_STEP = 2.0**-54
_BELOW_ONE = 1.0 - 2.0**-53


@lru_cache(maxsize=4096)
def _purpose_words(purpose: str) -> tuple[int, ...]:
    digest = hashlib.blake2b(purpose.encode(), digest_size=16).digest()
    return tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))


def _uniforms(key: npt.NDArray[np.uint64], index: npt.ArrayLike) -> Floats:
    """SplitMix64 at each index of the sequence that starts at `key`, as uniforms in (0, 1)."""
    shape = np.shape(key) if np.ndim(index) == 0 else None
    z = np.array(index, ndmin=1).astype(np.uint64)  # numpy warns of overflow in a single number only
    z = (z + np.uint64(1)) * _GAMMA + key
    z ^= z >> np.uint64(30)
    z *= _MIX_1
    z ^= z >> np.uint64(27)
    z *= _MIX_2
    z ^= z >> np.uint64(31)
    z >>= np.uint64(11)
    u = np.asarray(z * 2.0**-53 + _HALF_STEP)
    return u if shape is None else u.reshape(shape)


class Stream:
    """Uniforms in the open interval (0, 1), addressed by row."""

    __slots__ = ("key", "mirrored")

    def __init__(self, seed: int, replication: int, purpose: str, mirrored: bool = False) -> None:
        entropy: Any = (seed, replication, *_purpose_words(purpose))
        if seed >> 32 == replication >> 32 == 0:  # SeedSequence takes as long again to make words of numbers
            entropy = np.array(entropy, dtype=np.uint32)
        self.key = np.random.SeedSequence(entropy).generate_state(1, np.uint64)
        self.mirrored = mirrored

    def at(self, index: npt.ArrayLike) -> Floats:
        """The uniform at each index (any shape of whole numbers from 0 up)."""
        return _perhaps_mirrored(_uniforms(self.key[0], index), self.mirrored)

    def first(self, n: int) -> Floats:
        """The first `n` uniforms."""
        return self.at(np.arange(n))


class Grid:
    """Several streams read side by side: one column per purpose."""

    __slots__ = ("_keys", "_mirrored")

    def __init__(self, streams: list[Stream]) -> None:
        self._mirrored = any(stream.mirrored for stream in streams)
        self._keys = np.array([stream.key[0] for stream in streams], dtype=np.uint64)

    def at(self, index: npt.NDArray[np.int64]) -> Floats:
        """The uniforms of every stream at each index, rows x streams."""
        return _perhaps_mirrored(_uniforms(self._keys[None, :], index[:, None]), self._mirrored)


def _perhaps_mirrored(u: Floats, mirrored: bool) -> Floats:
    """The uniforms, or 1 less each of them, still in the open interval."""
    return np.minimum(1.0 - u, _BELOW_ONE) if mirrored else u


class Rows:
    """Rows that each read a stretch of a stream: `stream` and where in it the stretch begins, for each row.

    Without them, every stream is one row.
    """

    __slots__ = ("_keys", "_mirrored", "_start")

    def __init__(
        self,
        streams: list[Stream],
        stream: npt.NDArray[np.int64] | None = None,
        start: npt.NDArray[np.int64] | None = None,
    ) -> None:
        keys = np.array([stream.key[0] for stream in streams], dtype=np.uint64)
        self._keys = keys if stream is None else keys[stream]
        self._mirrored = any(one.mirrored for one in streams)
        self._start = np.zeros(len(self._keys), np.int64) if start is None else start

    def at(self, rows: npt.ArrayLike, index: npt.ArrayLike) -> Floats:
        """The uniform of each row of `rows` at its index."""
        where = np.asarray(rows)
        u = _uniforms(self._keys[where], self._start[where] + np.asarray(index))
        return _perhaps_mirrored(u, self._mirrored)

    def one(self, row: int, index: int) -> float:
        """The uniform of one row at one index, without an array for it."""
        z = (int(self._start[row]) + index + 1) * int(_GAMMA) + int(self._keys[row]) & _WORD
        z = (z ^ z >> 30) * int(_MIX_1) & _WORD
        z = (z ^ z >> 27) * int(_MIX_2) & _WORD
        u = ((z ^ z >> 31) >> 11) * 2.0**-53 + _HALF_STEP
        return min(1.0 - u, _BELOW_ONE) if self._mirrored else u

    def every(self, index: npt.ArrayLike) -> Floats:
        """The uniform of every row at its index (or at the same for all)."""
        return _perhaps_mirrored(_uniforms(self._keys, self._start + np.asarray(index)), self._mirrored)


class Streams:
    """All streams of one world, by purpose. A mirrored world has 1 - u wherever the other has u."""

    __slots__ = ("mirrored", "replication", "seed")

    def __init__(self, seed: int, replication: int, mirrored: bool = False) -> None:
        self.seed = seed
        self.replication = replication
        self.mirrored = mirrored

    @classmethod
    def of_world(cls, seed: int, replication: int, antithetic: bool) -> Streams:
        """Those of a replication; antithetic replications come in pairs, 2m and its mirror 2m + 1."""
        return cls(seed, replication // 2, replication % 2 == 1) if antithetic else cls(seed, replication)

    def of(self, *purpose: str) -> Stream:
        """The stream of a purpose, named from the general to the particular."""
        return Stream(self.seed, self.replication, "/".join(purpose), self.mirrored)

    def grid(self, purposes: list[tuple[str, ...]]) -> Grid:
        """The streams of several purposes side by side."""
        return Grid([self.of(*purpose) for purpose in purposes])


def normals(u: Floats) -> Floats:
    """Standard normal numbers by inverse transform."""
    from scipy.special import ndtri

    return np.asarray(ndtri(u))


def exponentials(u: Floats) -> Floats:
    """Unit exponential numbers by inverse transform."""
    return np.asarray(-np.log1p(-u))


def pick(u: Floats, shares: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """The index that each uniform falls on when [0, 1) is cut by `shares` (which add up to 1)."""
    edges = np.cumsum(np.asarray(shares, dtype=np.float64))
    return np.minimum(np.searchsorted(edges, u, side="right"), len(edges) - 1)
