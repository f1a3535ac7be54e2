"""Read and check the YAML of configs/ before Hydra composes it: syntax, defaults lists, and data only."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.scenario.errors import ConfigError, shown
from sim.scenario.layers import Layer, plain
from sim.scenario.overrides import DATA_ONLY, refuse_code
from sim.scenario.sources import Folder, label, options, read_text

SELF = "_self_"
SYNTAX = {  # what the parser says -> what a reader can mend
    "found character '\\t'": "a tab: indent with spaces",
    "mapping values are not allowed": "a second ': ' in a line: put quotes around the text",
    "could not find expected ':'": "a key without ': '",
    "expected <block end>": "indented unlike the lines before, or a quote or bracket too many",
    "expected ',' or": "a bracket or brace is not closed, or a comma is missing",
    "but found another document": "a line of --- alone",
    "expected '<document start>'": "indented unlike the lines before",
    "found unexpected end of stream": "a quote is not closed",
}


@lru_cache(maxsize=256)
def read_yaml(file: Path, name: str, changed: int) -> dict[str, Any]:
    """The content of a YAML file, references not yet followed and `defaults` included; not to be changed.

    `changed` is the file's time, so that an edited file is read again. Raises ConfigError with the line for
    bad syntax, and for anything that could name code.
    """
    import yaml
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    text = read_text(file, name)
    if re.search(r"^\s*#\s*@package", text, flags=re.MULTILINE):
        raise ConfigError(
            name, "# @package", DATA_ONLY, allowed="no @package line: a file answers its own folder"
        )
    try:
        data = OmegaConf.to_container(OmegaConf.create(text), resolve=False)
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(name, error) from error
    except yaml.YAMLError as error:
        raise ConfigError(name, "", f"not YAML ({str(error).splitlines()[0]})") from error
    except OmegaConfBaseException as error:
        key = str(getattr(error, "full_key", "") or "")
        raise ConfigError(name, key, str(error).splitlines()[0], allowed="${other.key} alone") from error
    if not isinstance(data, dict) or (":" not in text and None in data.values()):
        raise ConfigError(name, "", "holds no key", given=shown(text.strip()), allowed="key: value pairs")
    body: dict[str, Any] = plain(data)
    refuse_code({key: value for key, value in body.items() if key != "defaults"}, name, ())
    return body


def _not_yaml(name: str, error: Any) -> ConfigError:
    """A syntax error with its line, and the line where the thing that is broken begins."""
    mark, begins = error.problem_mark or error.context_mark, error.context_mark
    where = f"{name} line {mark.line + 1}" if mark else name
    said = str(error.problem or error.context)
    if "constructor for the tag" in said:
        return ConfigError(
            where, "", DATA_ONLY, given=said.rpartition("tag ")[2], allowed="values without a !tag"
        )
    plainly = next((words for found, words in SYNTAX.items() if found in said), said)
    since = f"; see line {begins.line + 1}" if begins and begins.line != mark.line else ""
    return ConfigError(where, "", f"not YAML ({plainly}{since})")


@dataclass
class Walk:
    """The files that picked options lead to, in the order in which Hydra merges them.

    `chosen` is group -> option, for every group that was asked for. `repeats`: a file or a group is asked for
    twice, of which Hydra has its own opinion.
    """

    folders: tuple[Folder, ...]
    picks: dict[str, str]
    layers: list[Layer] = field(default_factory=list)
    chosen: dict[str, str] = field(default_factory=dict)
    repeats: bool = False

    def visit(self, group: str, file: Path, above: tuple[Path, ...] = ()) -> None:
        """Add `file` where `_self_` stands among the files of its defaults list (last, if nowhere).

        Raises ConfigError for a file that cannot be read, an unknown option, a list that leads to itself.
        """
        name = label(self.folders, file)
        if file in above:
            asked = label(self.folders, above[-1])
            hint = "another file; a file of the same name as a built-in one cannot build on it"
            raise ConfigError(asked, "defaults", "leads back to itself", given=file.stem, allowed=hint)
        body = dict(read_yaml(file, name, file.stat().st_mtime_ns))
        entries = _entries(body.pop("defaults", []), group, name)
        own = Layer(name, tuple(group.split("/")) if group else (), body)
        self.repeats = self.repeats or any(layer.where == name for layer in self.layers)
        for inner, option in [*entries, *([] if (group, SELF) in entries else [(group, SELF)])]:
            if option == SELF:
                self.layers.append(own)
            else:
                self._follow(inner, option, inner == group, name, (*above, file))

    def _follow(self, group: str, option: str, extends: bool, name: str, above: tuple[Path, ...]) -> None:
        chosen = option if extends else self.picks.get(group, option)
        known = options(self.folders, group)
        if chosen not in known:
            raise ConfigError(name, "defaults", f"no such option of {group}", given=chosen, names=known)
        if not extends:
            self.repeats = self.repeats or group in self.chosen
            self.chosen[group] = chosen
        self.visit(group, known[chosen], above)


def _entries(given: Any, group: str, name: str) -> list[tuple[str, str]]:
    """The (group, option) pairs that a defaults list asks for, `_self_` among them."""
    if not isinstance(given, list):
        raise ConfigError(name, "defaults", given=shown(given), allowed="a list such as [other_file, _self_]")
    found = []
    for entry in given:
        for key, option in entry.items() if isinstance(entry, dict) else [("", entry)]:
            if option is not None:
                found.append(_entry(str(key), option, group, name))
    return found


def _entry(key: str, option: Any, group: str, name: str) -> tuple[str, str]:
    whole = shown({key: option} if key else option)
    if key.startswith("override ") or re.match(r"/?hydra\b", key or str(option)) or "@" in f"{key}{option}":
        raise ConfigError(
            name, "defaults", DATA_ONLY, given=whole, allowed="group: option, or a file of the same group"
        )
    if not isinstance(option, str | int) or (not key and "/" in str(option)):
        raise ConfigError(
            name, "defaults", given=whole, allowed="group: option, or the name of a file of the same group"
        )
    inner = key.removeprefix("optional ")
    full = inner[1:] if inner.startswith("/") else "/".join(part for part in (group, inner) if part)
    return full, str(option)
