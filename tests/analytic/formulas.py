"""The textbook's formulas, written out once more, to check the numbers that the cases expect."""

from __future__ import annotations

from math import factorial


def erlang_b(load: float, places: int) -> float:
    """Share turned away from `places` places at this load."""
    blocked = 1.0
    for n in range(1, places + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(load: float, places: int) -> float:
    """Share who wait for one of `places` places at this load."""
    blocked = erlang_b(load, places)
    return blocked / (1 - load / places * (1 - blocked))


def erlang_a(rate: float, patience: float, places: int, most: int = 400) -> tuple[float, float, float, float]:
    """Share who give up, mean queue, share who wait, use; stays of mean 1, patience exponential."""
    weight = [1.0]
    for n in range(1, most):
        weight.append(weight[-1] * rate / (min(n, places) + max(0, n - places) / patience))
    total = sum(weight)
    queue = sum((n - places) * w for n, w in enumerate(weight) if n > places) / total
    busy = sum(min(n, places) * w for n, w in enumerate(weight)) / total
    waits = sum(w for n, w in enumerate(weight) if n >= places) / total
    return queue / patience / rate, queue, waits, busy / places


def pollaczek_khinchine(load: float, squared_variation: float) -> float:
    """Mean wait for one place, stays of mean 1."""
    return load * (1 + squared_variation) / (2 * (1 - load))


def cobham(rates: list[float], service: float) -> list[float]:
    """Mean wait of each class for one place, the first class first; exponential stays of mean 1 / service."""
    work, waits, before = sum(rates) / service**2, [], 0.0
    for rate in rates:
        after = before + rate / service
        waits.append(work / ((1 - before) * (1 - after)))
        before = after
    return waits


def reserved(load: float, places: int, kept: int) -> tuple[float, float]:
    """Shares of two equal streams that are turned away, the second unless more than `kept` places are free."""
    weight = [1.0]
    for n in range(1, places + 1):
        both = n - 1 < places - kept
        weight.append(weight[-1] * load * (2 if both else 1) / n)
    total = sum(weight)
    return weight[-1] / total, sum(weight[places - kept :]) / total


def erlang_b_sum(load: float, places: int) -> float:
    """Erlang's B formula as it is usually printed."""
    terms = [load**n / factorial(n) for n in range(places + 1)]
    return terms[-1] / sum(terms)
