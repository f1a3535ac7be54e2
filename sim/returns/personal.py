"""What would say who a child is. It is refused: nothing personal is needed, and none is kept."""

from __future__ import annotations

import re

COLUMNS = re.compile(
    r"(^|_)(name|names|forename|forenames|surname|firstname|lastname|fullname|initials|dob|birth|born|birthday|"
    r"birthdate|nhs|upn|uln|ni|address|street|postcode|postal|phone|telephone|mobile|email|mother|father|parent|"
    r"carer|social_worker|solicitor|case_number|photo|ethnicity|religion|nationality)(_|$)"
)
UPN = re.compile(r"[A-HJ-NP-Za-hj-np-z]\d{11}[\dA-Za-z]")
NHS = re.compile(r"\d{3}[ -]?\d{3}[ -]?\d{4}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
POSTCODE = re.compile(r"[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}")
BIRTH = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}")


def personal_column(header: str) -> bool:
    """Whether a column asks who somebody is, by its head: child_name, DOB, date of birth, postcode."""
    plain = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", header).casefold()).strip("_")
    return bool(COLUMNS.search(plain))


def personal_cell(text: str) -> str:
    """What a cell gives away, in words; an empty text for nothing."""
    if EMAIL.fullmatch(text):
        return "an e-mail address"
    if UPN.fullmatch(text):
        return "a unique pupil number"
    if NHS.fullmatch(text) and _nhs_number(re.sub(r"\D", "", text)):
        return "an NHS number"
    if POSTCODE.fullmatch(text):
        return "a postcode"
    return ""


def _nhs_number(digits: str) -> bool:
    """The check digit of an NHS number: weights 10 to 2, modulo 11."""
    check = (
        11 - sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    )
    return check % 11 == int(digits[9]) and check != 10


def birth_date(text: str) -> bool:
    """Whether a cell that wants an age holds a date."""
    return bool(BIRTH.fullmatch(text.strip()))
