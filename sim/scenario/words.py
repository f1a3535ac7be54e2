"""Read a commissioning rule back in words: the six answers, one or two sentences each."""

from __future__ import annotations

from sim.scenario.base import GROUNDS, Ground
from sim.scenario.commissioning import Commissioning, Rule

GROUND_WORDS: dict[Ground, str] = {
    "staffing": "too few staff",
    "mix": "the mix with the children who live there",
    "capability": "what it is able to care for",
    "risk": "the risk to others",
    "discretion": "its own discretion",
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
    if rule.scope == "all":
        return "Every home may be asked, wherever the child comes from."
    if rule.scope == "own_region":
        return "Only homes in the child's own region may be asked."
    wait = f"{_days(rule.overflow_days)} after referral" if rule.overflow_days else "at once"
    return (
        f"Homes in the child's own region come first; the others join {wait}, "
        "or at once where the region has no home for the child."
    )


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
    weights = (
        (rule.rank.need, "per point of need"),
        (rule.rank.wait, "per day on the list"),
        (rule.rank.complexity, "per class of complexity"),
        (rule.rank.emergency, "for an emergency"),
    )
    points = [f"{weight:g} {what}" for weight, what in weights if weight]
    order = f"Most points first: {_and(points)}; ties by" if points else "By"
    return f"{order} date of referral. {kept}".rstrip()


def _keeps_free(places: int, need_below: float) -> str:
    last = "the last place is" if places == 1 else f"the last {places} places are"
    return f"{last.capitalize()} kept for children with need of {need_below:g} or more."


def _chooses(rule: Rule) -> str:
    if rule.channel == "one_by_one":
        return "The home: each says yes or no, and the authority takes the first yes."
    if rule.chooses == "commissioner":
        return "The commissioner: each child in turn goes to the nearest home that does not refuse."
    order = "of its own score" if rule.reads_by == "own_score" else "of referral"
    return f"The home: each reads the list in order {order}; the authority takes the nearest yes."


def _refusal(rule: Rule) -> str:
    if not rule.refusal:
        return "No home may refuse a child it could take."
    grounds = [GROUND_WORDS[ground] for ground in rule.refusal]
    barred = [GROUND_WORDS[ground] for ground in GROUNDS if ground not in rule.refusal]
    not_for = f"; not for {_and(barred, 'or')}" if barred else ""
    return f"A home may refuse for {_and(grounds, 'or')}{not_for}."


def _pays(rule: Rule) -> str:
    return {
        "spot": "The placing authority, for each week it uses.",
        "block": "A block contract, whether the places are used or not.",
        "pooled": "All authorities together, from a pooled fund.",
    }[rule.pays]


def _days(days: float) -> str:
    return "1 day" if days == 1 else f"{days:g} days"


def _and(parts: list[str], word: str = "and") -> str:
    return f" {word} ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)
