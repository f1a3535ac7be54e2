"""What a run on people's own data adds: the comparison with what was observed, and the data's own hashes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.outcomes.suppression import suppressed_observed
from sim.report.console import plain
from sim.report.observed import printed
from sim.report.own_referrals import own_lines
from sim.report.progress import bar
from sim.returns.gaps import unsaid
from sim.returns.settings import outside
from sim.scenario.scenario import Scenario
from sim.study.observed import beside as observed_beside
from sim.study.observed import play_return
from sim.study.own_referrals import own_referrals, suppressed_own
from sim.study.trace import Trace

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.findings import Findings

MOST = 40
"""Replications that are played again to be held against what was observed."""


def beside(
    scenarios: Mapping[str, Scenario], baseline: str, trace: Trace | None, suppress: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observed against modelled under the baseline, and the referrals of the return under every scenario.

    Small counts are taken out. Nothing without returns.
    """
    if trace is None:
        import pandas as pd

        return pd.DataFrame(), pd.DataFrame()
    run = scenarios[baseline].run
    asked = scenarios if trace.returns.referrals else {baseline: scenarios[baseline]}
    times = min(run.replications, MOST)
    with bar(times * len(asked)) as shown:
        played = play_return(asked, trace, times, run.workers, done=lambda count: shown.update(count))
    seen = suppressed_observed(observed_beside({baseline: scenarios[baseline]}, trace, played), suppress)
    return seen, suppressed_own(own_referrals(asked, baseline, trace, played), seen, suppress)


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
        "not said": unsaid(scenario, returns),
    }


def warn(trace: Trace | None, scenario: Scenario | None = None) -> None:
    """Print what to know of whose referrals are played, and with a scenario what the returns leave unsaid."""
    said = [trace.warning] if trace is not None and trace.warning else []
    if trace is not None and scenario is not None:
        said += unsaid(scenario, trace.returns)
    if said:
        print("\n".join(f"Note: {each}" for each in said), end="\n\n", flush=True)


def tell(findings: Findings) -> None:
    """Print what was observed, and the referrals of the return under each rule, where there are any."""
    if len(findings.observed):
        print(printed(findings.observed), end="\n\n")
    if lines := own_lines(findings.own, findings.titles):
        print(plain("\n".join(lines)), end="\n\n")
