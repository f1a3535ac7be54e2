"""Findings from a results folder, so that a report can be made again from what is stored: nothing is played."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.outcomes.catalogue import CATALOGUE, LEVELS_FIRST
from sim.outcomes.suppression import suppressed
from sim.report.findings import COLUMNS, Findings
from sim.scenario.errors import ConfigError
from sim.scenario.scenario import Scenario
from sim.store import write_text

if TYPE_CHECKING:
    import pandas as pd

WORDS = "findings.json"
FORMAT_VERSION = 1
PAGES = ("appraisal.html", "answers/*/report.html", "validation.html", "standards.html")
KEPT = (
    "title",
    "question",
    "baseline",
    "titles",
    "primary",
    "headline",
    "without_home",
    "identity",
    "suppress",
)
FRAMES = ("loads", "red", "observed", "own")
NEEDED = ("manifest.json", "measures.parquet", "ratio_parts.parquet")


def keep_words(findings: Findings, out: Path) -> Path:
    """Write what a report says beside its tables: `findings.json`."""
    kept: dict[str, Any] = {"format": FORMAT_VERSION} | {name: getattr(findings, name) for name in KEPT}
    kept["hidden"] = sorted(findings.hidden)
    kept |= {name: json.loads(getattr(findings, name).to_json(orient="records")) for name in FRAMES}
    return write_text(out / WORDS, json.dumps(kept, indent=1, ensure_ascii=False, default=float))


def read_findings(folder: Path, small: frozenset[tuple[str, str, str]] = frozenset()) -> Findings:
    """The findings of a folder that `run` or `compare` wrote; numbers of the keys in `small` are left out.

    Differences and levels are worked out again from the stored replications, and no replication is played.
    Raises ConfigError for a folder that holds no such results.
    """
    import pandas as pd

    from sim.study.compare import differences_of, levels_of, loads_of
    from sim.study.register import red_assumptions

    _check(folder)
    about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    scenarios = {name: Scenario.model_validate(data) for name, data in about.pop("resolved").items()}
    about.pop("files", None)
    words = _words(folder, scenarios)
    parts = parts_of(pd.read_parquet(folder / "ratio_parts.parquet"))
    baseline, primary = words["baseline"], tuple(words["primary"])
    titles = list(words["titles"])  # of a large grid the page tells only some scenarios apart
    hidden = set(small) | {(key[0], key[1], key[2]) for key in words.get("hidden", [])}
    return Findings(
        **{name: words[name] for name in ("title", "question", "titles", "headline", "identity", "suppress")},
        baseline=baseline,
        primary=primary,
        without_home=tuple(words["without_home"]),
        names={name: measure.words for name, measure in CATALOGUE.items()},
        better={name: measure.better for name, measure in CATALOGUE.items()},
        phrases={name: (m.more, m.less) for name, m in CATALOGUE.items() if m.more},
        differences=suppressed(_told(differences_of(parts, baseline, primary), titles), hidden),
        levels=suppressed(_told(levels_of(parts), titles), hidden),
        measures=suppressed(_told(pd.read_parquet(folder / "measures.parquet"), titles), hidden),
        splits=_table(folder, "splits"),
        stress=_table(folder, "stress"),
        equity=_told(_table(folder, "equity"), titles),
        loads=_frame(words, "loads") if words["loads"] else loads_of(parts, scenarios),
        red=_frame(words, "red") if words["red"] else red_assumptions(scenarios[baseline]),
        observed=pd.DataFrame(words["observed"]),
        own=pd.DataFrame(words.get("own", [])),  # a folder from before has none
        hidden=frozenset(hidden),
        manifest=about,
    )


def read_scenarios(folder: Path) -> dict[str, Scenario]:
    """The scenarios of a results folder, as they were played. Raises ConfigError as `read_findings`."""
    _check(folder)
    about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {name: Scenario.model_validate(data) for name, data in about["resolved"].items()}


def parts_of(frame: pd.DataFrame) -> dict[str, Any]:
    """Scenario -> numerators and denominators of every key and replication, from `ratio_parts.parquet`."""
    from sim.study.estimate import Parts

    found = {}
    for name, rows in frame.groupby("scenario", sort=False, observed=True):
        keys = list(dict.fromkeys(zip(rows["measure"], rows["group"], rows["level"], strict=True)))
        shape = (rows["replication"].nunique(), len(keys))
        numbers = [
            rows[column].to_numpy(dtype=float).reshape(shape) for column in ("numerator", "denominator")
        ]
        found[str(name)] = Parts(tuple(keys), *numbers)
    return found


def _check(folder: Path) -> None:
    if not folder.is_dir():
        raise ConfigError(str(folder), "", "no such folder", allowed="a folder that run or compare wrote")
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        sweep = (folder / "sweep.json").exists()
        problem = "this is a sweep" if sweep else f"no {missing[0]} in it"
        page = next((each for name in PAGES for each in sorted(folder.glob(name))), None)
        problem = f"{problem}; its page is made already: {page}" if page is not None else problem
        raise ConfigError(str(folder), "", problem, allowed="a folder that run or compare wrote")


def _words(folder: Path, scenarios: Mapping[str, Scenario]) -> dict[str, Any]:
    """What was kept of the words; for a folder from before they were, what can be told from its tables."""
    path = folder / WORDS
    if path.is_file():
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if found.get("format") != FORMAT_VERSION:
            raise ConfigError(
                str(path), "format", given=str(found.get("format")), allowed=str(FORMAT_VERSION)
            )
        return found
    told = _table(folder, "differences")
    baseline = str(told["baseline"].iloc[0]) if len(told) else next(iter(scenarios))
    with_home = {home.region for home in scenarios[baseline].estate.homes}
    return {
        "title": f"Results in {folder.name}",
        "question": "What changes between these scenarios?" if len(scenarios) > 1 else "What happens here?",
        "baseline": baseline,
        "titles": {name: scenario.commissioning.welfare.title if len(scenarios) == 1 else name.replace("_", " ")
                   for name, scenario in scenarios.items()},
        "primary": LEVELS_FIRST,
        "headline": "",
        "without_home": [r.name for r in scenarios[baseline].estate.regions if r.name not in with_home],
        "identity": {},
        "suppress": 0,
        "loads": [], "red": [], "observed": [],
    }  # fmt: skip


def _table(folder: Path, name: str) -> pd.DataFrame:
    import pandas as pd

    path = folder / f"{name}.csv"
    if not path.is_file():
        return pd.DataFrame(columns=list(COLUMNS.get(name, ())))
    frame = pd.read_csv(path, na_values=["c"], keep_default_na=False, na_filter=True)
    numeric = {"value", "difference", "lower_95", "upper_95", "difference_lower_95", "difference_upper_95"}
    for column in numeric & set(frame.columns):
        frame[column] = pd.to_numeric(frame[column], errors="coerce")
    return frame


def _told(frame: pd.DataFrame, titles: Sequence[str]) -> pd.DataFrame:
    return frame[frame["scenario"].isin(titles)]


def _frame(words: Mapping[str, Any], name: str) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(words[name], columns=list(COLUMNS[name]))
    if name == "loads":
        frame["load_ratio"] = pd.to_numeric(frame["load_ratio"], errors="coerce")
        frame["state"] = frame["state"].fillna("")
    return frame
