"""When a scheme opens, how it fills, when it stands empty: drawn fortunes turned into shares of each year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.scenario.appraisal import Scheme
from sim.scenario.money import Terms
from sim.world.prices import empty_uniforms, scheme_uniforms
from sim.world.streams import exponentials, normals

Floats = npt.NDArray[np.float64]
MONTHS = 12


@dataclass(frozen=True)
class Fortune:
    """What befalls a scheme: capital over the estimate, years late, whether planning fails, spells with nobody.

    `gaps` and `lengths` are years from the opening (or the end of the last spell) to the next empty spell, and how
    long it lasts.
    """

    cost_factor: float = 1.0
    delay_years: float = 0.0
    abandoned: bool = False
    gaps: tuple[float, ...] = ()
    lengths: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Profile:
    """Shares of each year: open and running, open with nobody there, used (1 is the steady use)."""

    opened: float
    running: Floats
    empty: Floats
    used: Floats


def fortune_of(scheme: Scheme, terms: Terms, name: str, seed: int, replication: int) -> Fortune:
    """The fortune of a scheme in one replication. A scheme without capital meets no builder and no planner."""
    u = scheme_uniforms(seed, replication, name)
    gaps: tuple[float, ...] = ()
    lengths: tuple[float, ...] = ()
    if scheme.may_stand_empty:
        first, second = empty_uniforms(seed, replication, name)
        gaps = tuple((exponentials(first) * terms.empty.gap_years).tolist())
        lengths = tuple((exponentials(second) * terms.empty.length_years).tolist())
    if scheme.capital is None:
        return Fortune(gaps=gaps, lengths=lengths)
    sigma, bias = terms.cost_sigma, scheme.capital.optimism_bias
    score = float(normals(np.array([u["cost"]]))[0])
    return Fortune(
        cost_factor=(1 + bias) * float(np.exp(sigma * score - sigma**2 / 2)),
        delay_years=float(exponentials(np.array([u["delay"]]))[0]) * terms.delay_years,
        abandoned=u["planning"] < terms.planning_failure,
        gaps=gaps,
        lengths=lengths,
    )


def worst_fortune(scheme: Scheme, terms: Terms) -> Fortune:
    """Everything goes wrong together: dear, late, empty at first, and then again and again."""
    worst, bias = terms.worst, 0.0 if scheme.capital is None else scheme.capital.optimism_bias
    gaps, lengths = [0.0], [worst.first_years_empty]
    share = worst.empty_share
    if share > 0:
        spell = terms.empty.length_years
        between = spell * (1 - share) / share
        count = int(125 / (spell + between)) + 1
        gaps += [between] * count
        lengths += [spell] * count
    late = worst.delay_years if scheme.capital is not None else 0.0
    if not scheme.may_stand_empty:
        gaps, lengths = [], []
    return Fortune((1 + bias) * worst.capital_factor, late, False, tuple(gaps), tuple(lengths))


def profile_of(scheme: Scheme, fortune: Fortune, years: int) -> Profile:
    """Month by month from the decision, as shares of each year."""
    opened = scheme.opens_year + fortune.delay_years
    if fortune.abandoned:
        nothing = np.zeros(years)
        return Profile(float("inf"), nothing, nothing, nothing)
    since = (np.arange(years * MONTHS) + 0.5) / MONTHS - opened
    there = since >= 0
    ramp = np.array(scheme.ramp)[np.clip(since, 0, len(scheme.ramp) - 1).astype(int)]
    alone = np.zeros(len(since), dtype=bool)
    begin = 0.0
    for gap, length in zip(fortune.gaps, fortune.lengths, strict=True):
        begin += gap
        alone |= (since >= begin) & (since < begin + length)
        begin += length
        if begin > years:
            break

    def yearly(months: npt.NDArray[np.bool_] | Floats) -> Floats:
        return np.asarray(np.asarray(months, dtype=float).reshape(years, MONTHS).mean(axis=1))

    return Profile(opened, yearly(there & ~alone), yearly(there & alone), yearly(ramp * (there & ~alone)))
