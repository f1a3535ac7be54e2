"""The templates of the returns: an empty CSV file each, one dictionary of all columns, and a worked example."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from sim.returns.checking import what_is_allowed
from sim.returns.folder import DICTIONARY_FILE
from sim.returns.forms import FORMS
from sim.store import plain_rows, write_text

DICTIONARY = ("return", "column", "what it holds", "unit", "allowed", "needed", "example")
READ_ME = """\
Data returns for placesim

  homes.csv       {homes}
  places.csv      {places}
  staff.csv       {staff}
  finance.csv     {finance}
  referrals.csv   {referrals}
  maturity.csv    {maturity}

dictionary.csv says what each column holds. The folder example has all six filled in for six made-up homes: none of
them is real, and no child is. Send what you have; leave out files and columns that you do not.

Do not put in a name, a date of birth, an address or anything else that says who somebody is: the check refuses it.
A referral has a reference of your own, and you alone keep the key to it. Dates are 2025-04-03 or 03/04/2025.

Check a file, or the whole folder once something is filled in; nothing is sent anywhere:

  placesim check {folder}

Play what happened under today's rule, or under several rules. others=drawn draws the children of the authorities that
are not in your file. Leave it out if you send homes.csv and nobody else's children come to those homes:

  placesim run data={folder} others=drawn run.replications=20
  placesim compare data={folder} others=drawn experiment=central_vs_local run.replications=20

The same with the worked example in the place of your own forms:

  placesim run data={folder}/example run.replications=20
"""


def dictionary() -> list[tuple[str, ...]]:
    """A row for each column of each return, under DICTIONARY."""
    return [
        (form.name, name, info.description or "", _extra(info.json_schema_extra, "unit"),
         what_is_allowed(form, name), "yes" if info.is_required() else "no", str((info.examples or [""])[0]))
        for form in FORMS.values()
        for name, info in form.columns.items()
    ]  # fmt: skip


def write_templates(out: Path) -> Iterator[Path]:
    """Write the templates, the dictionary, the example and a page about them; yields each path."""
    for form in FORMS.values():
        yield write_text(out / form.file, plain_rows([tuple(form.columns)]))
    yield write_text(out / DICTIONARY_FILE, plain_rows([DICTIONARY, *dictionary()]))
    for form in FORMS.values():
        yield write_text(out / "example" / form.file, example(form.name))
    about = {form.name: form.what for form in FORMS.values()}
    yield write_text(out / "README.txt", READ_ME.format(**about, folder=out.as_posix()))


def example(name: str) -> str:
    """The worked example of a return, as the text of a CSV file."""
    return (files("sim.returns") / "example" / f"{name}.csv").read_text(encoding="utf-8")


def _extra(extra: object, name: str) -> str:
    return str(extra.get(name, "")) if isinstance(extra, dict) else ""
