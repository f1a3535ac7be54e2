"""What a run on people's own data adds: the comparison with what was observed, and the data's own hashes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.outcomes.suppression import suppressed_observed
from sim.report.observed import printed
from sim.returns.settings import outside
from sim.scenario.scenario import Scenario
from sim.study.observed import observed_against_modelled
from sim.study.trace import Trace

if TYPE_CHECKING:
    import pandas as pd

MOST = 40
"""Replications that are played again to be held against what was observed."""


def beside(
    scenarios: Mapping[str, Scenario], baseline: str, trace: Trace | None, suppress: int
) -> pd.DataFrame:
    """Observed against modelled under the baseline, small counts taken out; nothing without returns."""
    if trace is None:
        import pandas as pd

        return pd.DataFrame()
    run = scenarios[baseline].run
    found = observed_against_modelled(
        {baseline: scenarios[baseline]}, trace, min(run.replications, MOST), run.workers
    )
    return suppressed_observed(found, suppress)


def about(scenario: Scenario, trace: Trace) -> dict[str, Any]:
    """What the manifest says of the returns: no row of them, only what they were and how many."""
    returns = trace.returns
    counts = {
        name: len(getattr(returns, name))
        for name in ("homes", "places", "staff", "finance", "referrals", "maturity")
    }
    return {
        "files": dict(returns.files),
        "rows": {name: count for name, count in counts.items() if count},
        "children of other authorities": "drawn" if trace.others else "none",
        **({"whose referrals": trace.warning} if trace.warning else {}),
        "referrals outside the dates of the run": outside(returns, scenario),
    }


def warn(trace: Trace | None) -> None:
    """Print what to know of whose referrals are played, if there is anything."""
    if trace is not None and trace.warning:
        print(f"Note: {trace.warning}\n", flush=True)


def tell(frame: pd.DataFrame) -> None:
    """Print the comparison, if there is one."""
    if len(frame):
        print(printed(frame))
        print()
