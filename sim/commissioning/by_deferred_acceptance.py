"""Both sides: authorities propose to homes, nearest first; homes keep those they would most readily take.

Nothing is settled until nobody has anyone left to ask (Gale and Shapley's deferred acceptance). Where all children
take the same staff, the outcome is stable, and no stable one is better for any child. Where they do not, a
home passes over a child for whom it has not the staff, and what is left over goes to the rest in order of the list. A
home's own children come before others.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.commissioning.sitting import Decision, Sitting, fit_together

Homes = dict[int, list[int]]


def choose(sitting: Sitting) -> list[Decision]:
    """Rounds of proposals until nobody moves; the decisions are in order of the list."""
    own = {row.child: row.own for row in sitting.willing}
    wishes = {row.child: tuple(dict.fromkeys((*row.own, *row.homes))) for row in sitting.willing}

    def keeps(home: int, proposing: list[int]) -> list[int]:
        def order(child: int) -> tuple[bool, float, float, int]:
            return home not in own[child], -sitting.appeal(child, home), sitting.listed(child), child

        kept: list[int] = []
        for child in sorted(proposing, key=order):
            if fit_together(sitting.ledger, [*kept, child], home):
                kept.append(child)
        return kept

    held = _deferred(wishes, keeps)
    _fill(sitting, wishes, held)
    placed_in = {child: home for home, children in held.items() for child in children}
    decisions = [Decision(child, placed_in[child]) for child in wishes if child in placed_in]
    for decision in decisions:
        sitting.ledger.take(decision.child, decision.home)
    return decisions


def _deferred(wishes: dict[int, tuple[int, ...]], keeps: Callable[[int, list[int]], list[int]]) -> Homes:
    """Children whom each home holds in the end."""
    held: Homes = {}
    asked = dict.fromkeys(wishes, 0)
    free = list(reversed(wishes))
    while free:
        child = free.pop()
        if asked[child] == len(wishes[child]):
            continue
        home = wishes[child][asked[child]]
        asked[child] += 1
        before = [*held.get(home, []), child]
        held[home] = keeps(home, before)
        free += [other for other in before if other not in held[home]]
    return held


def _fill(sitting: Sitting, wishes: dict[int, tuple[int, ...]], held: Homes) -> None:
    """Room that a larger child left behind goes to those who still have none."""
    placed = {child for children in held.values() for child in children}
    for child, homes in wishes.items():
        for home in () if child in placed else homes:
            there = held.setdefault(home, [])
            if fit_together(sitting.ledger, [*there, child], home):
                there.append(child)
                break


def reasons(sitting: Sitting, child: int, home: int) -> dict[str, float]:
    """The two sides: how readily the home would take the child, and how far the child would go."""
    return {"readiness": sitting.appeal(child, home), "miles": sitting.miles(child, home)}
