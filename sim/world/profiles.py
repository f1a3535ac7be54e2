"""What children are like: age, need flags and complexity, with the dependence that the profile states."""

from __future__ import annotations

import numpy as np

from sim.scenario.demand import Profile
from sim.world.streams import Floats, Streams, normals, pick
from sim.world.tape import Bools, Ints


def draw_ages(profile: Profile, u: Floats) -> Floats:
    """Exact age: the uniform picks the year of age and, within it, how far through the year."""
    years = np.array(list(profile.ages))
    shares = np.array(list(profile.ages.values()))
    edges = np.concatenate([[0.0], np.cumsum(shares)])
    year = pick(u, shares)
    return np.asarray(
        years[year] + np.clip((u - edges[year]) / np.where(shares[year] > 0, shares[year], 1), 0, 1)
    )


def draw_flags(
    profile: Profile, flag_names: tuple[str, ...], girl: Bools, streams: Streams, key: str, number: Ints
) -> tuple[Bools, Floats]:
    """Flags by a one-factor Gaussian copula (shares kept exactly), and the severity factor itself."""
    severity = normals(streams.of(key, "severity").at(number))
    flags = np.zeros((len(number), len(flag_names)), dtype=bool)
    for column, name in enumerate(flag_names):
        flag = profile.flags.get(name)
        if flag is None:
            continue
        of_girls = flag.share if flag.girls is None else flag.girls
        of_boys = flag.share if flag.boys is None else flag.boys
        own = normals(streams.of(key, "flag", name).at(number))
        latent = flag.severity * severity + np.sqrt(1 - flag.severity**2) * own
        cut_girls, cut_boys = _upper_cut(of_girls), _upper_cut(of_boys)
        flags[:, column] = latent > np.where(girl, cut_girls, cut_boys)
    return flags, severity


def _upper_cut(share: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(1 - share))


def draw_complexity(profile: Profile, severity: Floats, u: Floats) -> Ints:
    from scipy.special import ndtr

    weight = profile.complexity.severity
    latent = weight * severity + np.sqrt(1 - weight**2) * normals(u)
    return pick(ndtr(latent), profile.complexity.shares)
