"""An authority's search for a place: until when it goes on, and how it ends if no place is found."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from sim.engine.log import Ending

if TYPE_CHECKING:
    from sim.engine.floor import Floor

# when the search for a place is over and how it ends, and when the authority first asks Scotland, if before then
Search = tuple[float, int, float]
WITHDRAWN, AGED_18 = int(Ending.WITHDRAWN), int(Ending.AGED_18)


def later_search(floor: Floor, child: int, ordinal: int) -> Search:
    """The search that a later referral of a child begins; sim.study.firsts has those of first referrals."""
    clocks, listed = floor.clocks(ordinal), floor.listed[child]
    wait, ending = clocks.gives_up[child], clocks.ending[child]
    if floor.need_runs_while_waiting and floor.need_left[child] < wait:
        wait, ending = max(0.0, floor.need_left[child]), WITHDRAWN
    if floor.birthday_18[child] - listed < wait:
        wait, ending = max(0.0, floor.birthday_18[child] - listed), AGED_18
    north = clocks.scotland[child]
    return listed + wait, ending, listed + north if north < wait else inf
