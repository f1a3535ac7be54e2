"""Where configs are: the user's own folder first, then the built-in one; their groups, options and texts."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from sim.scenario.errors import COMMAND_LINE, ConfigError, listed, nearest, shown
from sim.scenario.questions import QUESTIONS

BUILT_IN = "configs"


@dataclass(frozen=True)
class Folder:
    """A folder of configs, and its name in messages."""

    path: Path
    label: str

    def name_of(self, file: Path) -> str:
        return "/".join((self.label, *file.relative_to(self.path).parts))


def config_dirs(user_dir: Path | str | None = None) -> list[Path]:
    """The folders that are searched, in order: the user's (if given), then the built-in one.

    Raises ConfigError if the user's folder does not exist or holds no group of configs.
    """
    return [folder.path for folder in config_folders(user_dir)]


def config_folders(user_dir: Path | str | None = None) -> tuple[Folder, ...]:
    """As `config_dirs`, with the name that each folder has in messages."""
    built_in = Folder(_built_in(), BUILT_IN)
    if user_dir is None:
        return (built_in,)
    path = Path(user_dir).expanduser()
    if not path.is_dir():
        beside = [entry.name for entry in _entries(path.parent) if entry.is_dir()]
        near = nearest(path.name, beside)
        hint = f"an existing folder{f'; nearest {near}' if near else ''}"
        raise ConfigError(COMMAND_LINE, "--config-dir", "no such folder", given=str(user_dir), allowed=hint)
    mine = Folder(path.resolve(), Path(user_dir).as_posix().rstrip("/") or "/")
    if mine.path == built_in.path:
        return (built_in,)
    if not any((mine.path / name).exists() for name in (*QUESTIONS, "config.yaml")):
        hint = f"a folder that holds one or more of the folders {', '.join(QUESTIONS)}"
        raise ConfigError(COMMAND_LINE, "--config-dir", "no configs in it", given=str(user_dir), allowed=hint)
    return mine, built_in


def _built_in() -> Path:
    """`sim/_configs` in an installed wheel, `configs` beside `sim` in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for path in (package / "_configs", package.parent / BUILT_IN):
        if (path / "config.yaml").is_file():
            return path
    raise ConfigError(BUILT_IN, "", "the built-in configs are missing: install placesim again")


def groups(folders: tuple[Folder, ...]) -> list[str]:
    """Every question, and every folder of options inside one: `estate`, `commissioning/justice`."""
    inner = {
        file.parent.relative_to(folder.path).as_posix() for folder in folders for file in _yaml_files(folder)
    } - {"."}
    return list(dict.fromkeys((*QUESTIONS, *sorted(inner))))


def options(folders: tuple[Folder, ...], group: str) -> dict[str, Path]:
    """Option -> its file, sorted by name; the user's own file goes before a built-in one of the same name."""
    found: dict[str, Path] = {}
    for folder in folders:
        for file in _entries(folder.path / group):
            if file.suffix == ".yaml" and not file.name.startswith((".", "_")):
                found.setdefault(file.stem, file)
    return dict(sorted(found.items()))


def find(folders: tuple[Folder, ...], relative: str) -> Path | None:
    """The first file of that name under a folder of configs."""
    return next((folder.path / relative for folder in folders if (folder.path / relative).is_file()), None)


def label(folders: tuple[Folder, ...], file: Path) -> str:
    """The name of a file in messages, such as configs/estate/planned.yaml."""
    return next((folder.name_of(file) for folder in folders if file.is_relative_to(folder.path)), file.name)


def fingerprint(folders: tuple[Folder, ...]) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of every YAML file: the same while nobody edits one."""
    stats = ((file, file.stat()) for folder in folders for file in _yaml_files(folder))
    return tuple((os.fspath(file), stat.st_mtime_ns, stat.st_size) for file, stat in stats)


def config_files(user_dir: Path | str | None = None) -> dict[str, str]:
    """Name in messages -> short hash, of every YAML and CSV file that a load may read."""
    return {
        folder.name_of(file): hashlib.sha256(file.read_bytes()).hexdigest()[:16]
        for folder in config_folders(user_dir)
        for question in ("", *QUESTIONS)
        for file in sorted((folder.path / question).glob("*.*" if not question else "**/*.*"))
        if file.suffix in (".yaml", ".csv") and file.is_file()
    }


def read_text(file: Path, name: str) -> str:
    """The text of a UTF-8 file (a byte order mark is dropped).

    Raises ConfigError, with the row and the byte, for other encodings and NUL bytes.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigError(name, "", f"cannot be read ({error.strerror})") from error
    unit = "row" if file.suffix == ".csv" else "line"
    advice = "UTF-8" if unit == "line" else "UTF-8 (a spreadsheet saves it as CSV UTF-8)"
    if data.startswith(b"PK\x03\x04"):
        raise ConfigError(name, "", "this is a spreadsheet, not text", allowed=advice)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ConfigError(name, "", "this is UTF-16", allowed=advice)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        wrong = data[error.start]
        meant = bytes([wrong]).decode("cp1252", errors="replace")
        given = f"byte 0x{wrong:02x} (Windows-1252 {meant})"
        raise ConfigError(f"{name} {unit} {row}", "", "not UTF-8", given=given, allowed=advice) from error
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise ConfigError(f"{name} {unit} {row}", "", "a NUL byte: the file is damaged", allowed=advice)
    return text


def option_named(folders: tuple[Folder, ...], group: str, given: object, where: str) -> str:
    """`given` if it names an option of `group`; else ConfigError with the options and the nearest."""
    known = options(folders, group)
    if isinstance(given, str) and given in known:
        return given
    if isinstance(given, int) and str(given) in known:
        return str(given)
    problem = "no such option"
    if isinstance(given, str) and any((folder.path / group / f"{given}.yml").is_file() for folder in folders):
        problem = f"no such option ({given}.yml must be called {given}.yaml)"
    if not isinstance(given, str | int):
        problem = "choose one file by its name"
        raise ConfigError(where, group, problem, given=shown(given), allowed=listed(known))
    raise ConfigError(where, group, problem, given=shown(given), names=known)


def _yaml_files(folder: Folder) -> list[Path]:
    inside = (file for name in QUESTIONS for file in sorted((folder.path / name).rglob("*.yaml")))
    return [file for file in (folder.path / "config.yaml", *inside) if file.is_file()]


def _entries(path: Path) -> list[Path]:
    return sorted(path.iterdir()) if path.is_dir() else []
