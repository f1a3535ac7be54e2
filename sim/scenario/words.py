"""Read a commissioning rule back in words: the six answers, one or two sentences each."""

from __future__ import annotations

from sim.scenario.base import GROUNDS, Ground
from sim.scenario.commissioning import Commissioning, Rank, Rule
from sim.scenario.levers import Weights
from sim.scenario.methods import method_in_words

GROUND_WORDS: dict[Ground, str] = {
    "staffing": "too few staff",
    "mix": "the mix with the children who live there",
    "capability": "what it is able to care for",
    "risk": "the risk to others",
    "discretion": "its own discretion",
}
OWN_WORDS = {
    "region": "homes in the child's own region",
    "nation": "homes in the child's own nation",
    "host": "homes of the child's own authority",
    "members": "homes in these regions",
}
QUESTIONS = ("Scope", "Channel", "Rank", "Who chooses", "Refusal", "Who pays")


def commissioning_in_words(commissioning: Commissioning) -> str:
    """The rules of welfare and of justice, as a heading with six lines each."""
    if commissioning.justice is None:
        return "\n".join(_rule_lines("Welfare and justice, on one list", commissioning.welfare))
    pairs = (("Welfare", commissioning.welfare), ("Justice", commissioning.justice))
    return "\n".join(line for name, rule in pairs for line in _rule_lines(name, rule))


def rule_in_words(rule: Rule) -> dict[str, str]:
    """Question -> answer, for scope, channel, rank, who chooses, refusal and who pays."""
    answers = (_scope(rule), _channel(rule), _rank(rule), _chooses(rule), _refusal(rule), _pays(rule))
    return dict(zip(QUESTIONS, answers, strict=True))


def _rule_lines(name: str, rule: Rule) -> list[str]:
    width = max(map(len, QUESTIONS)) + 2
    lines = [f"  {question + ':':<{width}}{answer}" for question, answer in rule_in_words(rule).items()]
    return [f"{name}: {rule.title} ({rule.model})", *lines]


def _scope(rule: Rule) -> str:
    levers = "".join((_hold(rule), _quota(rule), _release(rule)))
    if rule.scope == "all":
        return f"Every home may be asked, wherever the child comes from.{levers}"
    who = f"for children of {_and(list(rule.members))}, " if rule.members else ""
    if rule.scope == "own_region":
        said = f"{who}only {OWN_WORDS[rule.own]} may be asked"
    else:
        said = f"{who}{OWN_WORDS[rule.own]} come first; the others join {_overflow(rule)}"
    return f"{said[0].upper()}{said[1:]}.{levers}"


def _overflow(rule: Rule) -> str:
    if not rule.overflow_days:
        return "at once"
    whose = {"host": "authority", "members": "membership"}.get(rule.own, rule.own)
    return (
        f"{_days(rule.overflow_days)} after referral, or at once where the {whose} has no home for the child"
    )


def _hold(rule: Rule) -> str:
    if rule.hold is None:
        return ""
    places = "every place" if rule.hold.share == 1 else f"up to {_share(rule.hold.share)} of the places"
    return f" A home keeps {places} for its own children for {_days(rule.hold.days)} after it falls free."


def _quota(rule: Rule) -> str:
    if not rule.quota:
        return ""
    shares = [f"{region} ({_share(share)})" for region, share in rule.quota.items()]
    return f" Children of {_and(shares)} are at home everywhere, up to that share of all places."


def _release(rule: Rule) -> str:
    if rule.release_days is None:
        return ""
    when = f"after {_days(rule.release_days)}" if rule.release_days else "at once"
    return f" A place that stands empty is offered to welfare children too, {when}."


def _channel(rule: Rule) -> str:
    if rule.channel == "one_by_one":
        return (
            "The authority asks one home after another, nearest first, waits for each answer, "
            f"and begins again after {_days(rule.round_days)}."
        )
    return f"Every home with a declared bed has the whole list; places are given out {_sits(rule)}."


def _sits(rule: Rule) -> str:
    if not rule.sits_every_days:
        return "at every change"
    days = "working day" if rule.working_days_only else "day"
    if rule.sits_every_days == 1:
        return f"once every {days}"
    moved = ", moved to a working day" if rule.working_days_only else ""
    return f"every {_days(rule.sits_every_days)}{moved}"


def _rank(rule: Rule) -> str:
    kept = " ".join(_keeps_free(hold.places, hold.need_below) for hold in rule.keep_free)
    if rule.chooses == "home":
        return f"Nobody ranks the children. {kept}".rstrip()
    order = _weights(rule.weights) if rule.weights is not None else _points(rule.rank)
    return f"{_first(rule.rank)}{order} date of referral. {kept}".rstrip()


def _points(rank: Rank) -> str:
    need = "per point of need, or of clinical need if higher" if rank.clinical else "per point of need"
    weights = (
        (rank.need, need),
        (rank.wait, "per day on the list"),
        (rank.complexity, "per class of complexity"),
        (rank.emergency, "for an emergency"),
        (rank.hard_to_match, "for a child whom no home is expected to take"),
        (-rank.distance, "per mile"),
    )
    points = _terms(weights)
    return f"Most points first: {points}; ties by" if points else "By"


def _weights(weights: Weights) -> str:
    terms = (
        (weights.placed, "for a placement"),
        (weights.need, "per point of need"),
        (weights.wait, "per day on the list"),
        (-weights.distance, "per mile"),
        (-weights.mismatch, "per ground expected to fire"),
        (-weights.conflict, "per conflict with residents"),
    )
    return f"Worth of a pair: {_terms(terms)}; ties by"


def _terms(weights: tuple[tuple[float, str], ...]) -> str:
    """What adds to a sum, and then what is taken off."""
    adds = _and([f"{weight:g} {what}" for weight, what in weights if weight > 0])
    takes = _and([f"{-weight:g} {what}" for weight, what in weights if weight < 0])
    return ", less ".join(part for part in (adds, takes) if part)


def _first(rank: Rank) -> str:
    words = {
        "high_need": f"need of {rank.high_need_from:g} or more" if rank.high_need_from is not None else "",
        "under_13": "children under 13",
        "emergency": "emergencies",
    }
    groups = [words[group] for group in rank.first]
    return f"Before all others: {', then '.join(groups)}. " if groups else ""


def _keeps_free(places: int, need_below: float) -> str:
    last = "the last place is" if places == 1 else f"the last {places} places are"
    return f"{last.capitalize()} kept for children with need of {need_below:g} or more."


def _chooses(rule: Rule) -> str:
    if rule.channel == "one_by_one":
        chosen = "The home: each says yes or no, and the authority takes the first yes."
    else:
        chosen = method_in_words(rule.chooser)
    return "".join((chosen, _look_ahead(rule), _declining(rule), _pressure(rule)))


def _look_ahead(rule: Rule) -> str:
    if rule.look_ahead is None:
        return ""
    days, miles = rule.look_ahead.days, rule.look_ahead.miles
    return (f" A home counts as {miles:g} miles further for each child expected there in the next {_days(days)} "
            "per free place.")  # fmt: skip


def _declining(rule: Rule) -> str:
    if rule.declining is None:
        return ""
    far, early = f"{rule.declining.beyond_miles:g} miles", _days(rule.declining.within_days)
    cost = "keeps its place on the list"
    if rule.declining.place == "lose":
        cost = (
            f"loses its days of waiting, so it declines while they are at most {rule.declining.worth_days:g}"
        )
    return f" In the first {early} an authority declines a home more than {far} away, and {cost}."


def _pressure(rule: Rule) -> str:
    if rule.pressure is None:
        return ""
    within, listed, alert = (
        _days(rule.pressure.within_days), _share(rule.pressure.list_from), _share(rule.pressure.alert_from)
    )  # fmt: skip
    return (f" A home that is {listed} full lists residents who are within {within} of the end of their need; "
            f"from {alert} full, one of them leaves early for each child who could have the place.")  # fmt: skip


def _refusal(rule: Rule) -> str:
    safety = _safety(rule)
    if not rule.refusal:
        return f"No home may refuse a child it could take{', but for safety' if safety else ''}.{safety}"
    grounds = [GROUND_WORDS[ground] for ground in rule.refusal]
    barred = [GROUND_WORDS[ground] for ground in GROUNDS if ground not in rule.refusal]
    not_for = f"; not for {_and(barred, 'or')}" if barred else ""
    veto = (
        ""
        if rule.veto == 1
        else f" Each ground counts in {_share(rule.veto)} of the cases in which it would."
    )
    return f"A home may refuse for {_and(grounds, 'or')}{not_for}.{veto}{safety}"


def _safety(rule: Rule) -> str:
    if rule.safety is None:
        return ""
    conflict, staff = f"{rule.safety.conflict_from:g}", _share(rule.safety.staff_below)
    return (f" For safety a home may refuse a child whose conflict with its residents is {conflict} or more, and any "
            f"child while its staff on shift are below {staff} of its establishment.")  # fmt: skip


def _pays(rule: Rule) -> str:
    nhs = "" if rule.nhs_share is None else f", of which the NHS {_share(rule.nhs_share)}"
    return {
        "spot": "The placing authority, for each week it uses.",
        "framework": "The placing authority, for each week it uses, at the price of a framework.",
        "block": "A block contract, whether the places are used or not.",
        "soft_block": "The placing authority, for each week it uses; all together for a part of the empty places.",
        "pooled": "All authorities together, from a pooled fund.",
        "subscription": "The members, by subscription and a share of the empty places.",
        "shares": f"One fund, in shares agreed beforehand{nhs}.",
    }[rule.pays]


def _share(share: float) -> str:
    return f"{100 * share:g}%"


def _days(days: float) -> str:
    return "1 day" if days == 1 else f"{days:g} days"


def _and(parts: list[str], word: str = "and") -> str:
    return f" {word} ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
