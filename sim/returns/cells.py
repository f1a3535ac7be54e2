"""What a cell of a return may hold: dates as people write them, yes and no, references without names."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

DAY_FORMS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d %B %Y",
    "%d %b %Y",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
)
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
YES_NO = {
    "yes": True,
    "no": False,
    "y": True,
    "n": False,
    "true": True,
    "false": False,
    "1": True,
    "0": False,
}
REFERENCE = re.compile(r"(?=.*\d)[A-Za-z0-9_-]{1,20}")
NAME = re.compile(r"[^\W\d_][\w .,'\u2019&()/-]{0,79}", flags=re.UNICODE)


def _day(value: Any) -> Any:
    """A date in any of the usual forms; day before month."""
    if not isinstance(value, str):
        return value
    for form in DAY_FORMS:
        try:
            return datetime.strptime(value.strip(), form).date()
        except ValueError:
            continue
    return value


def _in_reach(value: date) -> date:
    if not EARLIEST <= value < LATEST:
        raise ValueError("a date from 2000 to 2099")
    return value


def _yes_no(value: Any) -> Any:
    return YES_NO.get(value.strip().casefold(), value) if isinstance(value, str) else value


def _lower(value: Any) -> Any:
    return re.sub(r"[\s-]+", "_", value.strip().casefold()) if isinstance(value, str) else value


def _whole(value: Any) -> Any:
    """12.0 is 12, and 1,200 is 1200: spreadsheets write both."""
    if not isinstance(value, str):
        return value
    text = (
        value.strip().replace(",", "")
        if re.fullmatch(r"\s*\d{1,3}(,\d{3})+(\.\d*)?\s*", value)
        else value.strip()
    )
    return text.split(".")[0] if re.fullmatch(r"-?\d+\.0+", text) else text


def _amount(value: Any) -> Any:
    return _whole(value.strip().removeprefix("£")) if isinstance(value, str) else value


def _reference(value: str) -> str:
    if not REFERENCE.fullmatch(value):
        raise ValueError("letters, digits, - and _, with a digit, at most 20")
    return value


def _name(value: str) -> str:
    if not NAME.fullmatch(value):
        raise ValueError("a name that begins with a letter, at most 80 characters")
    return value


Day = Annotated[date, BeforeValidator(_day), AfterValidator(_in_reach)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Places = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=500)]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=10_000)]
Staff = Annotated[float, BeforeValidator(_amount), Field(ge=0, le=1_000)]
Pounds = Annotated[float, BeforeValidator(_amount), Field(ge=0, le=1e9)]
Share = Annotated[float, BeforeValidator(_amount), Field(ge=0, le=1)]
Metres = Annotated[float, BeforeValidator(_amount), Field(ge=-100_000, le=1_300_000)]
Reference = Annotated[str, AfterValidator(_reference)]
Name = Annotated[str, AfterValidator(_name)]
Choice = BeforeValidator(_lower)
"""Goes before a Literal: capitals, spaces and hyphens are no fault."""
