"""Placement-core as a plain heapq loop: the reference for the sample path and for speed.

Fed with one prepared tape, it returns the home and the time of the outcome of every child. It is kept
frozen and imports nothing of `sim`: an engine that disagrees with it is wrong, or this page is.

The model: children in order of arrival, each with a type (0 welfare, 1 justice), a complexity (0 to 2), a
region, a stay and a patience; homes that take types up to a complexity; staffed places redrawn at whole
days; the nearest accepting home with a free staffed place admits at once, others wait in order of
complexity (high first), then arrival; nobody is moved out.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import hypot

REGION_X = (420, 360, 430, 460, 400, 560, 530, 510, 330, 290)
REGION_Y = (560, 400, 430, 330, 290, 270, 180, 130, 110, 210)
REGION_P = (0.05, 0.14, 0.10, 0.09, 0.11, 0.10, 0.15, 0.13, 0.08, 0.05)
BEDS = (8, 8, 10, 10, 12, 14, 16, 16, 18, 20, 24, 34, 40)
HOME_X = (425, 350, 385, 440, 455, 470, 390, 300, 500, 560, 345, 545, 410)
HOME_Y = (580, 420, 395, 450, 340, 300, 280, 100, 120, 150, 185, 215, 520)
TYPES = ("W", "WJ", "W", "WJ", "WJ", "J", "WJ", "W", "WJ", "J", "WJ", "WJ", "WJ")
MOST_COMPLEX = (1, 2, 2, 1, 2, 2, 1, 2, 2, 1, 2, 1, 2)
ADMITTED, GAVE_UP, WAITING = 0, 1, 2


@dataclass
class CoreHomes:
    """The homes of a scaled-up core: copy k of home h is number 13 k + h, moved a little."""

    beds: list[int]
    x: list[float]
    y: list[float]
    types: list[str]
    most_complex: list[int]


def core_homes(scale: int = 1) -> CoreHomes:
    """`scale` copies of the thirteen homes."""
    homes = CoreHomes([], [], [], [], [])
    for k in range(scale):
        homes.beds += BEDS
        homes.x += [x + (7 * k) % 31 for x in HOME_X]
        homes.y += [y + (11 * k) % 29 for y in HOME_Y]
        homes.types += TYPES
        homes.most_complex += MOST_COMPLEX
    return homes


def play_core(
    homes: CoreHomes, end: float, arrival: list[float], kind: list[int], complexity: list[int], region: list[int],
    stay: list[float], patience: list[float], redraws: list[tuple[float, int, int]],
) -> tuple[list[int], list[int], list[float]]:  # fmt: skip
    """Outcome, home (-1: none) and time of the outcome of each child.

    `redraws` are (day, home, staffed places) in order of day; several of one day count together.
    """
    count = len(homes.beds)
    takes = [[h for h in range(count) if "WJ"[t] in homes.types[h] and c <= homes.most_complex[h]]
             for c in range(3) for t in range(2)]  # fmt: skip
    near = [
        [sorted(able, key=lambda h, r=r: (hypot(homes.x[h] - REGION_X[r], homes.y[h] - REGION_Y[r]), h))
         for able in takes]
        for r in range(10)
    ]  # fmt: skip
    group = [2 * c + t for c, t in zip(complexity, kind, strict=True)]
    accepts = [[c for c in range(6) if h in set(takes[c])] for h in range(count)]
    cap, taken = list(homes.beds), [0] * count
    n = len(arrival)
    outcome, home_of, when = [WAITING] * n, [-1] * n, [end] * n
    queues: list[list[int]] = [[] for _ in range(6)]
    events: list[tuple[float, int, int]] = []
    place, at = 0, 0
    push, pop = heappush, heappop
    heapify(events)
    while True:
        next_arrival = arrival[place] if place < n else end
        next_redraw = redraws[at][0] if at < len(redraws) else end
        next_event = events[0][0] if events else end
        now = min(next_arrival, next_redraw, next_event)
        if now >= end:
            return outcome, home_of, when
        if next_redraw <= now:
            improved = []
            while at < len(redraws) and redraws[at][0] == now:
                _, h, places = redraws[at]
                if places > cap[h]:
                    improved.append(h)
                cap[h] = places
                at += 1
            if improved:
                opened = {h for h in improved if taken[h] < cap[h]}
                while opened:
                    best = None
                    for c in (4, 5, 2, 3, 0, 1):
                        queue = queues[c]
                        if queue and any(h in opened for h in takes[c]):
                            key = (-(c // 2), queue[0])
                            if best is None or key < best[0]:
                                best = (key, c)
                    if best is None:
                        break
                    c = best[1]
                    child = queues[c].pop(0)
                    for h in near[region[child]][c]:
                        if taken[h] < cap[h]:
                            break
                    taken[h] += 1
                    outcome[child], home_of[child], when[child] = ADMITTED, h, now
                    push(events, (now + stay[child], 0, child))
                    if taken[h] >= cap[h]:
                        opened.discard(h)
        elif next_event <= now:
            _, gives_up, child = pop(events)
            if gives_up:
                if outcome[child] == WAITING:
                    outcome[child], when[child] = GAVE_UP, now
                    queue = queues[group[child]]
                    del queue[bisect_left(queue, child)]
                continue
            h = home_of[child]
            taken[h] -= 1
            if taken[h] < cap[h]:
                best_key, chosen = None, -1
                for c in accepts[h]:
                    if queues[c]:
                        key = (-(c // 2), queues[c][0])
                        if best_key is None or key < best_key:
                            best_key, chosen = key, c
                if chosen >= 0:
                    following = queues[chosen].pop(0)
                    taken[h] += 1
                    outcome[following], home_of[following], when[following] = ADMITTED, h, now
                    push(events, (now + stay[following], 0, following))
        else:
            child = place
            place += 1
            for h in near[region[child]][group[child]]:
                if taken[h] < cap[h]:
                    taken[h] += 1
                    outcome[child], home_of[child], when[child] = ADMITTED, h, now
                    push(events, (now + stay[child], 0, child))
                    break
            else:
                insort(queues[group[child]], child)
                push(events, (now + patience[child], 1, child))
