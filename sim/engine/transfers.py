"""A placement that fails may end in a transfer: the child moves to another home on the same day.

The new placement has a referral of its own, which opens and ends in the same moment, so that every placement has one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.homes import HomeState
from sim.engine.log import Ending, Kind, Leaving
from sim.engine.state import GONE

if TYPE_CHECKING:
    from sim.engine.desk import Desk
    from sim.engine.floor import Floor

_NOBODY = -1


def transferred(floor: Floor, child: int) -> bool:
    """Move a child whose placement fails now to another home, if one is sought and found.

    The nearest home is taken that the rule lets the child ask on the first day of a referral, that suits the child
    better than its own, and that has room and does not refuse. Where there is none, nothing has happened.
    """
    plan, now, ordinal = floor.plan, floor.clock._now, floor.ordinal[child]
    need_left = floor.need_left[child] - (now - floor.moved_in[child])
    sought = floor.clocks(ordinal).again[child] < plan.referred_again * plan.transfer_sought
    if not sought or need_left <= 0:
        return False
    desk, listed = floor.desk_of[child], floor.listed[child]
    floor.ordinal[child], floor.listed[child] = ordinal + 1, now  # homes answer about the new referral
    desk.stage[child] = desk.policy.stages[child][0][1]
    better = _better_homes(floor, desk, child)
    found = next(
        (index for index in _in_order(desk, child, better) if _takes(desk, child, floor.homes[index])), -1
    )
    if found < 0:
        floor.ordinal[child], floor.listed[child] = ordinal, listed
        floor.held.pop(child, None)
        return False
    floor.log((now, float(Kind.LEFT), child, floor.home_of[child], float(Leaving.TRANSFERRED), 0.0))
    floor.state[child], floor.need_left[child] = GONE, need_left
    floor.breaking.discard(child)
    floor.vacate(child)
    floor.log((now, float(Kind.REFERRED), child, _NOBODY, ordinal + 1, 1.0))
    for index in _in_order(desk, child, better):
        if index == found:
            break
        desk.refuses(child, floor.homes[index])  # goes into the log
    if plan.clerk is not None:
        plan.clerk.asked(desk, child, better, found)
        plan.clerk.offered(child, found)
    floor.held.pop(child, None)
    floor.log((now, float(Kind.ENDED), child, found, float(Ending.PLACED), 0.0))
    floor.settle(child, floor.homes[found])
    floor.live_in(child)
    return True


def _better_homes(floor: Floor, desk: Desk, child: int) -> int:
    """Homes (as bits) that may be asked, have room and suit the child better than where it is."""
    plan, here = floor.plan, floor.homes[floor.home_of[child]]
    now = plan.mismatch(child, here.index, here.shortage, floor.conflict_with_others(child, here))
    reach, found = desk.asked[desk.stage[child]] & ~here.bit, 0
    for home in floor.homes:
        there = reach & home.bit and desk.fits(child, home)
        if there and plan.mismatch(child, home.index, home.shortage, floor.conflict(child, home)) < now:
            found |= home.bit
    return found


def _in_order(desk: Desk, child: int, homes: int) -> list[int]:
    """Some homes (as bits), nearest first."""
    return [index for index in desk.policy.nearest[child] if homes >> index & 1]


def _takes(desk: Desk, child: int, home: HomeState) -> bool:
    """Whether the home would take the child; nothing is recorded."""
    floor = desk.floor
    if not desk.asks:
        return True
    row = floor.answers(child)
    if row.refused & home.bit:
        return False
    if not row.moves & home.bit:
        return True
    mixed = bool(floor.against[child]) and row.conflict[home.index] < floor.conflict(child, home)
    return not (mixed or home.shortage > row.shortage[home.index])
