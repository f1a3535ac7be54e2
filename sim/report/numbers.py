"""Numbers as readers see them: rounded by unit, with a true minus sign, missing as 'not applicable'."""

from __future__ import annotations

import math

NOT_APPLICABLE = "not applicable"
MINUS = "\N{MINUS SIGN}"

# Decimals by unit; a unit not named here gets one.
_DECIMALS = {
    "need-days a year": 0,
    "days a year": 0,
    "place-days a year": 0,
    "miles": 0,
    "places": 0,
    "replications": 0,
    "refusals": 2,
    "load ratio": 2,
}
_MONEY = "GBP"


def counted(number: int, one: str, many: str = "") -> str:
    """1 child, 2 children, 1,000 scenarios."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def unit_words(unit: str, difference: bool = False) -> str:
    """The unit for the head of a column."""
    if unit == "share":
        return "percentage points" if difference else "per cent"
    return unit.replace(f"{_MONEY} ", "£ ")


def number(value: float, unit: str, signed: bool = False, places: int | None = None) -> str:
    """The bare number: shares as per cent, thousands with commas, NaN as 'not applicable'."""
    if not math.isfinite(value):
        return NOT_APPLICABLE
    scaled = value * _scale(unit)
    digits = _decimals(unit) if places is None else places
    text = f"{abs(scaled):,.{digits}f}"
    if not any(digit in text for digit in "123456789"):
        return text
    return (MINUS if scaled < 0 else "+" if signed else "") + text


def show(value: float, unit: str, low: float = math.nan, high: float = math.nan) -> str:
    """The number with its sign of unit where it has a short one: '53.1%', '£12.3 million (11.9 to 12.7)'."""
    text = interval(value, low, high, unit)
    if unit != "share" or text == NOT_APPLICABLE:
        return _dressed(text, unit)
    head, space, tail = text.partition(" ")
    return f"{head}%{space}{tail}"


def interval(value: float, low: float, high: float, unit: str, signed: bool = False) -> str:
    """'6.1 (4.9 to 7.3)'; without an interval the number alone."""
    places = precision(low, high, unit)
    text = number(value, unit, signed, places)
    if text == NOT_APPLICABLE or not (math.isfinite(low) and math.isfinite(high)):
        return text
    return f"{text} ({number(low, unit, signed, places)} to {number(high, unit, signed, places)})"


def signed(value: float, unit: str, low: float = math.nan, high: float = math.nan) -> str:
    """A difference with its unit: '5.2 (4.0 to 6.4) percentage points', '£0.3 million (0.1 to 0.5)'."""
    return _dressed(interval(value, low, high, unit), unit)


def amount(value: float, unit: str, low: float, high: float) -> str:
    """The size of a difference, its sign left to the words: -6.1 (-7.3 to -4.9) gives '6.1 (4.9 to 7.3)'."""
    return signed(value, unit, low, high) if value >= 0 else signed(-value, unit, -high, -low)


def precision(low: float, high: float, unit: str) -> int:
    """Decimals that an interval needs: at most three more than usual.

    Half its width keeps a figure, and an end that is not zero does not read as zero.
    """
    usual = _decimals(unit)
    ends = (low * _scale(unit), high * _scale(unit))
    if not all(map(math.isfinite, ends)):
        return usual
    smallest = (ends[1] - ends[0]) / 2
    if ends[0] * ends[1] > 0:
        smallest = min(smallest, 2 * min(map(abs, ends)))
    nothing = 1e-9 * max(1.0, *map(abs, ends))  # the ends are one number, but for rounding
    return min(usual + 3, max(usual, math.ceil(-math.log10(smallest)))) if smallest > nothing else usual


def _scale(unit: str) -> float:
    return 100.0 if unit == "share" else 1.0


def _decimals(unit: str) -> int:
    return _DECIMALS.get(unit, 1)


def _dressed(text: str, unit: str) -> str:
    if text == NOT_APPLICABLE:
        return text
    if unit == "share":
        return f"{text} percentage points"
    if not unit.startswith(_MONEY):
        return text
    head, space, tail = text.partition(" ")
    sign = head[0] if head[0] in f"{MINUS}+" else ""
    return f"{sign}£{head.removeprefix(sign)}{' million' if 'million' in unit else ''}{space}{tail}"
