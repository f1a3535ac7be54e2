"""The event log for process mining: as XES, whose cases are children, and as an object-centric log (OCEL 1.0).

In the object-centric log each event names the child, the referral and the home that it is about, so that a home can
be followed as well as a child. Children are not real; times are those of the run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from sim.engine.log import Cause, Ending, Kind, Leaving
from sim.scenario.base import GROUNDS, ROUTES
from sim.study.replicate import Result

if TYPE_CHECKING:
    import pandas as pd

OF_CHILDREN: dict[int, str] = {
    Kind.REFERRED: "Referred", Kind.REFUSED: "Home refused", Kind.NO_PLACE: "Home had no place",
    Kind.OFFERED: "Place held", Kind.OFFER_ENDED: "Place given back", Kind.ADMITTED: "Moved in",
    Kind.LEFT: "Moved out", Kind.ENDED: "Referral ended", Kind.LEFT_SCOTLAND: "Left a Scottish centre",
    Kind.DECLINED: "Authority declined",
}  # fmt: skip
OF_HOMES: dict[int, str] = {
    Kind.STAFF_DAY: "Staff by day changed", Kind.STAFF_NIGHT: "Staff by night changed",
    Kind.APPROVED: "Approved places changed", Kind.SHUT: "Places shut changed",
}  # fmt: skip
OBJECT_TYPES = ("child", "referral", "home")
EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)


@dataclass(frozen=True)
class Event:
    """Something that happened: when, what, about whom (-1: nobody, no home), and what is said of it."""

    number: int
    moment: datetime
    activity: str
    child: int
    referral: int
    home: int
    says: dict[str, str | float] = field(default_factory=dict)


def events(result: Result) -> Iterator[Event]:
    """Every event of children and homes, in the order of the log."""
    log, start = result.log, datetime.combine(result.scenario.run.start, time())
    ordinal: dict[int, int] = {}
    known = OF_CHILDREN | OF_HOMES
    columns = zip(log.day.tolist(), log.kind.tolist(), log.child.tolist(), log.home.tolist(), log.code.tolist(),
                  log.value.tolist(), strict=True)  # fmt: skip
    for number, (day, kind, child, home, code, value) in enumerate(columns):
        if kind not in known:
            continue
        if kind == Kind.REFERRED:
            ordinal[child] = code
        yield Event(number, start + timedelta(days=day), known[kind], child, ordinal.get(child, -1), home,
                    _says(kind, code, value))  # fmt: skip


def _says(kind: int, code: int, value: float) -> dict[str, str | float]:
    """What an event says, in words."""
    match kind:
        case Kind.REFUSED:
            return {"grounds": ", ".join(ground for at, ground in enumerate(GROUNDS) if code >> at & 1)}
        case Kind.ENDED:
            return {"outcome": Ending(code).name.lower()}
        case Kind.LEFT:
            return {"reason": Leaving(code).name.lower()}
        case Kind.SHUT:
            return {"cause": Cause(code).name.lower(), "places": value}
        case Kind.APPROVED:
            return {"places": value}
        case Kind.STAFF_DAY | Kind.STAFF_NIGHT:
            return {"staff units": value} if value < float("inf") else {}
    return {}


def xes(result: Result) -> Iterator[str]:
    """The lines of an XES file: a trace for each child to whom anything happened."""
    tape, homes = result.world.tape, result.scenario.estate.homes
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">'
    yield from (
        f'<extension name="{name}" prefix="{prefix}" uri="{uri}"/>' for name, prefix, uri in EXTENSIONS
    )
    yield '<global scope="trace"><string key="concept:name" value="none"/></global>'
    yield ('<global scope="event"><string key="concept:name" value="none"/>'
           '<date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/></global>')  # fmt: skip
    yield '<classifier name="Activity" keys="concept:name"/>'
    yield f'<string key="concept:name" value={quoteattr(result.scenario.commissioning.name)}/>'
    traces: dict[int, list[Event]] = {}
    for event in events(result):
        if event.child >= 0:
            traces.setdefault(event.child, []).append(event)
    for child, told in sorted(traces.items()):
        yield "<trace>"
        yield _text("concept:name", str(child))
        yield _text("route", ROUTES[int(tape.route[child])])
        yield _text("region", tape.regions[int(tape.region[child])])
        for event in told:
            yield "<event>"
            yield _text("concept:name", event.activity)
            yield f'<date key="time:timestamp" value="{event.moment.isoformat(timespec="milliseconds")}+00:00"/>'
            if event.home >= 0:
                yield _text("org:resource", homes[event.home].name)
            for key, value in event.says.items():
                yield _text(key, value) if isinstance(value, str) else f'<float key="{key}" value="{value}"/>'
            yield "</event>"
        yield "</trace>"
    yield "</log>"


def _text(key: str, value: str) -> str:
    return f'<string key="{key}" value={quoteattr(value)}/>'


def ocel(result: Result) -> str:
    """The object-centric log as JSON."""
    tape, homes = result.world.tape, result.scenario.estate.homes
    objects: dict[str, Any] = {
        f"home {at}": {"ocel:type": "home", "ocel:ovmap": {"name": home.name, "region": home.region}}
        for at, home in enumerate(homes)
    }
    found: dict[str, Any] = {}
    for event in events(result):
        about = _objects(event)
        for name, kind in about.items():
            if kind != "home" and name not in objects:
                facts = {
                    "route": ROUTES[int(tape.route[event.child])],
                    "region": tape.regions[int(tape.region[event.child])],
                }
                objects[name] = {"ocel:type": kind, "ocel:ovmap": facts if kind == "child" else {}}
        found[str(event.number)] = {
            "ocel:activity": event.activity,
            "ocel:timestamp": event.moment.isoformat(timespec="milliseconds"),
            "ocel:omap": list(about),
            "ocel:vmap": event.says,
        }
    names = sorted(
        {"name", "region", "route", "grounds", "outcome", "reason", "cause", "places", "staff units"}
    )
    head = {"ocel:attribute-names": names, "ocel:object-types": list(OBJECT_TYPES),
            "ocel:version": "1.0", "ocel:ordering": "timestamp"}  # fmt: skip
    general = {"ocel:activity": "__INVALID__"}
    return json.dumps({"ocel:global-event": general, "ocel:global-object": {"ocel:type": "__INVALID__"},
                       "ocel:global-log": head, "ocel:events": found, "ocel:objects": objects})  # fmt: skip


def table(result: Result) -> pd.DataFrame:
    """The object-centric log as a table: an event a row, the objects of each type in a column of their own."""
    import pandas as pd

    rows = []
    for event in events(result):
        of = {kind: name for name, kind in _objects(event).items()}
        rows.append(
            {"ocel:eid": event.number, "ocel:timestamp": event.moment.isoformat(timespec="milliseconds"),
             "ocel:activity": event.activity,
             **{f"ocel:type:{kind}": f"['{of[kind]}']" if kind in of else "" for kind in OBJECT_TYPES},
             "says": "; ".join(f"{key}: {value}" for key, value in event.says.items())}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _objects(event: Event) -> dict[str, str]:
    """Names of what an event is about, with their types."""
    about = {}
    if event.child >= 0:
        about[f"child {event.child}"] = "child"
        if event.referral >= 0:
            about[f"referral {event.child}.{event.referral}"] = "referral"
    if event.home >= 0:
        about[f"home {event.home}"] = "home"
    return about
