"""Whose referrals a return holds: a file of a few authorities, played alone, leaves the homes to those few."""

from __future__ import annotations

from collections.abc import Iterable

from sim.returns.lookups import authorities, authority
from sim.returns.records import ReferralRow

NEARLY_ALL = 0.9
"""Share of all authorities from which on a return counts as one of the whole country."""


def alone(referrals: Iterable[ReferralRow]) -> str:
    """One line where the referrals come from a part of the authorities and nobody else is drawn; else nothing."""
    rows = list(referrals)
    every = {place.code for place in authorities().values()}
    sent = {place.code for row in rows if (place := authority(row.authority)) is not None}
    if not rows or len(sent) >= NEARLY_ALL * len(every):
        return ""
    who = f"These {len(rows):,} referrals come" if len(rows) > 1 else "This 1 referral comes"
    return (
        f"{who} from {len(sent)} of {len(every)} authorities. Without others=drawn nobody else is referred, "
        "so places look plentiful."
    )
