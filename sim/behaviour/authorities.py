"""What the placing authority does while a child waits: the same under every rule."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.scenario.base import ALTERNATIVES
from sim.scenario.behaviour import Authorities
from sim.scenario.run import Run
from sim.world.tape import Floats, Ints, Tape

TAKES_ALTERNATIVE, WITHDRAWS, LETS_SEARCH_CEASE = 0, 1, 2
_UNREGISTERED = ALTERNATIVES.index("unregistered")


class GivesUp(NamedTuple):
    """Days from referral until the authority ends the search if no place is found, and how."""

    days: Floats
    how: Ints


def gives_up(tape: Tape, authorities: Authorities, run: Run) -> GivesUp:
    """The first of: something else taken, the referral withdrawn, an update or form missed.

    Where an unregistered setting under a deprivation-of-liberty order keeps the referral open, it does
    not end the search (of referrals made from `dol_keeps_open_from` on, where a date is given).
    """
    alternative = tape.patience_days
    if authorities.dol_keeps_referral_open:
        kept_open = tape.alternative == _UNREGISTERED
        if authorities.dol_keeps_open_from is not None:
            kept_open = kept_open & (tape.day >= run.day(authorities.dol_keeps_open_from))
        alternative = np.where(kept_open, np.inf, alternative)
    clocks = np.stack([alternative, tape.withdrawn_days, tape.ceased_days])
    how = np.argmin(clocks, axis=0)
    return GivesUp(clocks.min(axis=0), how)


class Lead(NamedTuple):
    """Days from offer to admission with an order, and in an emergency; and the court's part of the first."""

    days: Floats
    in_emergency: Floats
    court: Floats


def lead(tape: Tape) -> Lead:
    """Court and approval, then travel. In an emergency the child moves first and the court follows."""
    court = tape.court_days + tape.approval_days
    return Lead(court + tape.travel_days, tape.travel_days, court)
