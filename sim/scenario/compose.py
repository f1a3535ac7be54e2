"""Compose one answer per question with Hydra, and remember which file said what."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as File
from typing import Any

from sim.scenario.errors import ConfigError, one_line
from sim.scenario.layers import Layer, laid, plain
from sim.scenario.overrides import Override
from sim.scenario.sources import BUILT_IN, Folder, find, fingerprint, groups, option_named, options
from sim.scenario.yaml_files import Walk

ROOT = "placesim"
HYDRA_IS_GLOBAL = threading.Lock()


@dataclass(frozen=True)
class Composition:
    """What the chosen files say together, with references not yet followed, and the layers it is made of.

    `chosen` is group -> option, for every group that was asked for.
    """

    data: dict[str, Any]
    layers: tuple[Layer, ...]
    chosen: dict[str, str]


def compose(folders: tuple[Folder, ...], overrides: Sequence[Override]) -> Composition:
    """Compose config.yaml with the options that `overrides` choose; their values are not laid on yet.

    Raises ConfigError for unknown groups and options and for files that cannot be used.
    """
    picks = {
        override.group: _option(folders, override)
        for override in overrides
        if override.does == "choose" and (override.path, override.value) != (("experiment",), None)
    }
    kept = _composed(folders, tuple(picks.items()), fingerprint(folders))
    return Composition(deepcopy(kept.data), kept.layers, dict(kept.chosen))


def _option(folders: tuple[Folder, ...], override: Override) -> str:
    known = groups(folders)
    if override.group not in known:
        raise ConfigError(override.where, override.group, "no such group", names=known, wrong=override.group)
    return option_named(folders, override.group, override.value, override.where)


@lru_cache(maxsize=64)
def _composed(
    folders: tuple[Folder, ...], picks: tuple[tuple[str, str], ...], files: Hashable
) -> Composition:
    walk = Walk(folders, dict(picks))
    walk.visit("", _root(folders))
    extra = [group for group, _ in picks if group not in walk.chosen]
    for group in extra:
        walk.chosen[group] = walk.picks[group]
        walk.visit(group, options(folders, group)[walk.picks[group]])
    if not walk.repeats and _lays_as_hydra(folders, files):
        return Composition(laid(walk.layers), tuple(walk.layers), walk.chosen)
    wanted = [f"{'+' * (group in extra)}{group}={_quoted(option)}" for group, option in picks]
    try:
        data = ask_hydra(folders, wanted)
    except Exception as error:  # whatever Hydra says, the reader gets one line
        raise ConfigError(
            BUILT_IN, "", one_line(str(error).split("\n\n")[0]) or type(error).__name__
        ) from error
    return Composition(plain(data), tuple(walk.layers), walk.chosen)


@lru_cache(maxsize=8)
def _lays_as_hydra(folders: tuple[Folder, ...], _files: Hashable) -> bool:
    """Whether config.yaml, its files laid down in order, is what Hydra makes of it.

    Hydra takes a quarter of a second or more each time, so it is asked once, and not for each choice.
    """
    walk = Walk(folders, {})
    try:
        walk.visit("", _root(folders))
        return not walk.repeats and laid(walk.layers) == plain(ask_hydra(folders, []))
    except Exception:  # whatever is wrong is told when the choices themselves are composed
        return False


def _root(folders: tuple[Folder, ...]) -> File:
    root = find(folders, "config.yaml")
    assert root is not None
    return root


def ask_hydra(folders: tuple[Folder, ...], wanted: list[str]) -> Any:
    """What Hydra makes of config.yaml and the wanted choices, as plain data."""
    from hydra import compose as hydra_compose
    from hydra import initialize_config_dir
    from hydra.core.config_store import ConfigStore
    from omegaconf import OmegaConf

    # config.yaml may lie in any of the folders, so what Hydra starts from is a name that leads to it
    ConfigStore.instance().store(ROOT, {"defaults": ["config", "_self_"]})
    first, *others = folders
    searched = ",".join(_quoted(f"file://{folder.path}") for folder in others)
    overrides = [f"hydra.searchpath=[{searched}]", *wanted] if others else wanted
    with HYDRA_IS_GLOBAL, _set_aside(), initialize_config_dir(str(first.path), ROOT, version_base="1.3"):
        return OmegaConf.to_container(hydra_compose(ROOT, overrides=overrides), resolve=False)


@contextmanager
def _set_aside() -> Iterator[None]:
    """Put away what another user of Hydra in this process has set up, and give it back."""
    from hydra.core.global_hydra import GlobalHydra

    theirs = GlobalHydra.instance().hydra
    GlobalHydra.instance().hydra = None
    try:
        yield
    finally:
        GlobalHydra.instance().hydra = theirs


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
