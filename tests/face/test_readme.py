"""The front page and the guides: links, commands, tables and examples are true.

    python -m tests.face.test_readme central_vs_local=FOLDER mechanisms=FOLDER all_rules=FOLDER

renews docs/evidence/readme.csv and the picture from the results folders of these experiments (the others keep their
rows), and then every table that is made here. Without folders, only the tables.
"""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.cli import VERBS, main
from sim.engine.log import Cause, Ending, Kind, Leaving
from sim.outcomes.catalogue import CATALOGUE
from sim.report.numbers import interval, number, unit_words
from sim.report.words import first_upper
from sim.scenario.base import GROUNDS
from sim.scenario.load import load_experiment, load_scenario
from sim.scenario.questions import QUESTIONS
from sim.scenario.sweep import load_sweep
from sim.study.estimate import widening
from sim.study.manifest import DATA_DICTIONARY

pytestmark = pytest.mark.face

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README, RESULTS, EVERY = ROOT / "README.md", DOCS / "results.md", DOCS / "rules.md"
PAGES = [README, *sorted(DOCS.glob("*.md"))]
OURS = [page for page in PAGES if page.name in ("README.md", "model.md", "how_to.md", "results.md", "log.md",
                                                "textbook.md", "sweeps.md", "rules.md", "your_data.md", "studio.md",
                                                "publish.md", "reference.md")]  # fmt: skip
EVIDENCE, PICTURE = DOCS / "evidence" / "readme.csv", DOCS / "images" / "places.png"
RULES, MECHANISMS, ALL_RULES = "central_vs_local", "mechanisms", "all_rules"
REPLICATIONS = {RULES: 50, MECHANISMS: 50, ALL_RULES: 20}  # experiments behind the tables, and their length
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SMALL = ["run=quick", "run.replications=2", "run.workers=1", "run.window_days=90", "run.follow_up_days=60"]
Row = dict[str, str]


# -- tables made here --------------------------------------------------------------------------------


def markdown(head: list[str], rows: list[list[str]]) -> str:
    """A table; the first column is text, the others are numbers."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def evidence() -> list[Row]:
    with open(EVIDENCE, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _of(rows: list[Row], experiment: str, what: str) -> dict[tuple[str, str], Row]:
    return {
        (row["measure"], row["title"]): row
        for row in rows
        if (row["experiment"], row["what"]) == (experiment, what)
    }


def _cell(row: Row, signed: bool) -> str:
    value, low, high = (float(row[name]) for name in ("value", "lower_95", "upper_95"))
    return interval(value, low, high, row["unit"], signed=True) if signed else number(value, row["unit"])


def rules_table(rows: list[Row]) -> str:
    """Differences from today of the main measures; today's level first."""
    levels, gaps = _of(rows, RULES, "level"), _of(rows, RULES, "difference")
    titles = list(dict.fromkeys(title for _, title in gaps))
    lines = []
    for (measure, title), row in levels.items():
        if title == "Today":
            name = f"{first_upper(CATALOGUE[measure].words)} ({unit_words(row['unit'])})"
            lines.append([name, _cell(row, False), *(_cell(gaps[measure, other], True) for other in titles)])
    return markdown(["", "Today", *titles], lines)


def mechanisms_table(rows: list[Row]) -> str:
    """Levels of the main measures, with each mechanism switched off in turn."""
    levels = _of(rows, MECHANISMS, "level")
    measures = list(dict.fromkeys(measure for measure, _ in levels))
    heads = [
        f"{first_upper(CATALOGUE[measure].words)} ({unit_words(CATALOGUE[measure].unit)})"
        for measure in measures
    ]
    lines = [
        [title, *(_cell(levels[measure, title], False) for measure in measures)]
        for title in dict.fromkeys(title for _, title in levels)
    ]
    return markdown(["", *heads], lines)


def every_rule_table(rows: list[Row]) -> str:
    """A line for each rule: differences from today in the main measures; ** where shown among all of them."""
    levels, gaps = _of(rows, ALL_RULES, "level"), _of(rows, ALL_RULES, "difference")
    measures = list(dict.fromkeys(measure for measure, _ in levels))
    titles = list(dict.fromkeys(title for _, title in levels))
    heads = [
        f"{first_upper(CATALOGUE[name].words)} ({unit_words(CATALOGUE[name].unit)})" for name in measures
    ]
    today = [_cell(levels[measure, titles[0]], False) for measure in measures]
    lines = [[titles[0], *today]]
    for title in titles[1:]:
        cells = [
            f"{_cell(gaps[measure, title], True)}{_mark(gaps[measure, title], len(gaps))}"
            for measure in measures
        ]
        lines.append([title, *cells])
    return markdown(["", *heads], lines)


def _mark(row: Row, differences: int) -> str:
    """` **` where zero is outside the interval adjusted for that many differences (Bonferroni)."""
    value, low, high = (float(row[name]) for name in ("value", "lower_95", "upper_95"))
    wider = widening(int(row["replications"]), differences)
    return r" \*\*" if abs(value) > (high - low) / 2 * wider else ""


def measures_table() -> str:
    rows = [[f"`{m.name}`", m.words, m.unit, m.better or ""] for m in CATALOGUE.values()]
    return markdown(["measure", "in words", "unit", "better"], rows).replace("---:", "---")


def _filled(page: Path) -> str:
    """The page with every table that is made here put between its marks."""
    text = page.read_text(encoding="utf-8")
    if page == RESULTS:
        tables = {"measures": measures_table()}
    elif page == EVERY:
        tables = {"every rule": every_rule_table(evidence())}
    else:
        tables = {"rules": rules_table(evidence()), "mechanisms": mechanisms_table(evidence())}
    for name, table in tables.items():
        marks = re.compile(rf"(<!-- {name}:[^\n]*-->\n).*?(<!-- end -->)", re.DOTALL)
        assert len(marks.findall(text)) == 1, f"{page.name} has no place for the table {name}"
        text = marks.sub(lambda found, table=table: f"{found[1]}\n{table}\n\n{found[2]}", text)
    return text


def _stored(experiment: str, folder: Path) -> Iterator[dict[str, Any]]:
    """Rows of evidence from a results folder: levels and differences of the main measures over all children."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    loaded = load_experiment([f"experiment={experiment}"]).experiment
    for what, column in (("level", "value"), ("difference", "difference")):
        with open(folder / f"{what}s.csv", encoding="utf-8", newline="") as file:
            found = {(r["measure"], r["scenario"]): r for r in csv.DictReader(file) if r["group"] == "all"}
        for measure in loaded.primary:
            for scenario, variant in loaded.scenarios.items():
                if (row := found.get((measure, scenario))) is not None:
                    yield {
                        "experiment": experiment, "scenario": scenario, "title": variant.title, "measure": measure,
                        "what": what, "value": row[column], "lower_95": row["lower_95"],
                        "upper_95": row["upper_95"], "unit": row["unit"], "replications": row["replications"],
                        "seed": manifest["seed"], "commit": manifest["code"]["commit"],
                        "code_changed": manifest["code"]["changed"], "command": manifest["command"],
                    }  # fmt: skip


def renew(folders: dict[str, Path]) -> None:
    if folders:
        rows: list[Any] = [row for row in evidence() if row["experiment"] not in folders]
        rows += [row for experiment, folder in folders.items() for row in _stored(experiment, folder)]
        rows.sort(key=lambda row: list(REPLICATIONS).index(row["experiment"]))
        with open(EVIDENCE, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    if RULES in folders:
        shutil.copyfile(folders[RULES] / "figures" / "places.png", PICTURE)
    for page in (README, RESULTS, EVERY):
        page.write_text(_filled(page), encoding="utf-8")


# -- the pages ---------------------------------------------------------------------------------------


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere_and_pictures_have_a_text(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for picture, words, target in re.findall(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)", text):
        if re.match(r"https?://", target):
            continue
        path, _, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        assert goal.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in _anchors(goal), f"{page.name} links to {target}"
        assert not picture or len(words.split()) >= 10, f"{page.name}: {target} needs a text in its place"


@pytest.mark.parametrize("page", [README, RESULTS, EVERY], ids=lambda page: page.name)
def test_tables_say_what_the_evidence_says(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == _filled(page), "run python -m tests.face.test_readme"


@pytest.mark.parametrize(("experiment", "replications"), REPLICATIONS.items())
def test_the_evidence_of_an_experiment_is_of_one_clean_commit(experiment: str, replications: int) -> None:
    rows = [row for row in evidence() if row["experiment"] == experiment]
    assert {row["replications"] for row in rows} == {str(replications)}
    assert {row["code_changed"] for row in rows} == {"no"} and len({row["commit"] for row in rows}) == 1
    for row in rows:
        assert CATALOGUE[row["measure"]].unit == row["unit"]
        assert f"experiment={experiment}" in row["command"] and "--config-dir" not in row["command"]


def _commands(page: Path) -> list[str]:
    """Lines of code that begin with make, placesim or the path of it."""
    text = page.read_text(encoding="utf-8")
    code = [block for _, block in FENCE.findall(text)] + re.findall(r"^ {4,}(\S.*)$", text, re.MULTILINE)
    code += re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
    lines = (line.split("#")[0].strip() for block in code for line in block.splitlines())
    return list(dict.fromkeys(line for line in lines if re.match(r"(make|\S*placesim)(?=\s+[a-z-])", line)))


COMMANDS = [
    pytest.param(command, id=f"{page.name} {command}")
    for page in OURS
    if page.name != "reference.md"  # its commands are the verbs' own examples, which test_command.py loads
    for command in _commands(page)
]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_exist_and_their_settings_load(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    first, *words = shlex.split(command.replace("\\", "/"))
    if first == "make":
        goals = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        assert set(words) <= set(goals)
        return
    if words[0].startswith("--") or words[0] == "show" or "--help" in words:
        assert main(words) == 0
        assert capsys.readouterr().out
        return
    verb, *rest = words
    assert verb in VERBS
    rest = [word for word in rest if word != "-m"]
    if verb in ("resume", "status", "clean", "report", "tables", "check"):
        assert "=" not in "".join(rest[:1])
        return
    if verb in ("template", "studio"):
        assert all(word.partition("=")[0] in ("out", "port", "open") for word in rest)
        return
    own = rest[rest.index("--config-dir") + 1] if "--config-dir" in rest else None
    settings = [
        word
        for word in rest
        if "=" in word
        and not word.startswith(("out=", "child=", "replication=", "data=", "others=", "suppress="))
    ]
    {"compare": load_experiment, "sweep": load_sweep, "bound": load_sweep}.get(verb, load_scenario)(
        settings, own
    )


def test_the_front_page_has_what_a_newcomer_needs() -> None:
    text = README.read_text(encoding="utf-8")
    for wanted in (
        "make demo",
        "make test",
        "Python 3.11 to 3.13",
        "requirements.lock",
        "not official statistics",
    ):
        assert wanted in text
    assert [f"docs/{page.name}" for page in OURS[1:] if f"](docs/{page.name})" not in text] == []
    assert len(re.findall(r"!\[", text)) == 1


def test_every_setting_group_kind_and_code_is_explained() -> None:
    model, log, results = (
        (DOCS / f"{name}.md").read_text(encoding="utf-8") for name in ("model", "log", "results")
    )
    assert [g for g, question in QUESTIONS.items() if f"| `{g}` | {question} |" not in model] == []
    assert [kind.name for kind in Kind if f"| `{kind.name.lower()}` | {int(kind)} |" not in log] == []
    table = [
        line.strip("| ").split(" | ")
        for line in log.splitlines()
        if re.match(r"\| \d \| `placed|\| \d ", line)
    ]
    for column, codes in enumerate((Ending, Leaving, Cause), start=1):
        said = {int(line[0]): line[column].strip(" `|") for line in table if len(line) > column}
        assert {code: name for code, name in said.items() if name} == {int(c): c.name.lower() for c in codes}
    assert "| number | " + " | ".join(str(1 << bit) for bit in range(len(GROUNDS))) + " |" in log
    assert "| ground | " + " | ".join(GROUNDS) + " |" in log
    assert all(name.rstrip("/") in results for name in DATA_DICTIONARY)


# -- the examples ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def london(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of the worked example of how_to.md, played small."""
    out = tmp_path_factory.mktemp("london")
    own = ["--config-dir", str(DOCS / "examples" / "mine")]
    assert main(["compare", *own, "experiment=london", *SMALL, "run.logs=true", f"out={out}"]) == 0
    return out


def test_the_example_of_ones_own_homes_is_the_estate_of_2023_and_one_more() -> None:
    mine = load_scenario(["estate=mine"], DOCS / "examples" / "mine").estate.homes
    given = load_scenario([]).estate.homes
    words = {"operator", "operator_type", "source", "settled"}
    assert [home.model_dump(exclude=words) for home in mine[:-1]] == [
        h.model_dump(exclude=words) for h in given
    ]
    assert (mine[-1].region, mine[-1].places) == ("London", 12)
    row = (DOCS / "examples/mine/estate/homes_mine.csv").read_text(encoding="utf-8").splitlines()[-1]
    assert f"       {row}\n" in (DOCS / "how_to.md").read_text(encoding="utf-8")


def test_the_example_of_ones_own_homes_plays(london: Path) -> None:
    with open(london / "differences.csv", encoding="utf-8", newline="") as file:
        rows = {(row["measure"], row["group"]): row for row in csv.DictReader(file)}
    assert float(rows["children_in_homes_mean", "all"]["difference"]) > 0
    columns = (DOCS / "results.md").read_text(encoding="utf-8")
    for path in sorted(london.rglob("*")):
        if path.is_file() and path.suffix in (".csv", ".parquet", ".html", ".json"):
            assert path.name in columns or path.parent.name == "logs"
        if path.suffix == ".csv":
            head = path.read_text(encoding="utf-8").splitlines()[0].split(",")
            assert all(f"`{column}`" in columns for column in head), path.name


def test_the_queries_of_the_guides_run(london: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    pages = [page.read_text("utf-8") for page in OURS if page.name != "sweeps.md"]
    queries = [code for text in pages for kind, code in FENCE.findall(text) if kind == "sql"]
    assert queries
    for query in queries:
        here = re.sub(r"results/(demo|with_log)", str(london), query)
        for one in here.split(";"):
            if one.strip():
                assert duckdb.sql(one).fetchall(), one


def test_the_examples_of_sweeps_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    duckdb = pytest.importorskip("duckdb")
    text = (DOCS / "sweeps.md").read_text("utf-8")
    asked = next(
        line for line in re.findall(r"^ {4}placesim (sweep .*)$", text, re.MULTILINE) if "out=" in line
    )
    monkeypatch.chdir(tmp_path)
    assert main([*shlex.split(asked), *SMALL[1:], "run.warm_up_days=10"]) == 0
    blocks = {kind: code for kind, code in FENCE.findall(text)}
    assert [row[:2] for row in duckdb.sql(blocks["sql"]).fetchall()] == [
        (rule, scale) for rule in ("regional", "today") for scale in (0.9, 1.0, 1.1)
    ]
    capsys.readouterr()
    exec(blocks["python"], {})
    assert "commissioning=regional, demand.scale=1.1" in capsys.readouterr().out
    files = {f"{path.name}" for path in (tmp_path / "results/rules").iterdir()} - {".lock"}
    assert all(f"`{name}" in text for name in files), files


def test_the_steps_with_ones_own_data_run_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command of your_data.md in its order, with fewer replications, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    lines = re.findall(r"^ {4,}placesim (.*)$", (DOCS / "your_data.md").read_text("utf-8"), re.MULTILINE)
    assert [line.split()[0] for line in lines] == ["template", "check", "check", "run", "compare", "run"]
    for line in lines:
        if line.startswith("check returns") and "example" not in line:  # somebody has filled in a form
            shutil.copy("returns/example/referrals.csv", "returns/referrals.csv")
        words = [word for word in shlex.split(line) if not word.startswith("run.replications")]
        few = ["run.replications=2", "run.workers=1"] if "data=" in line else []
        few += ["run.stress_replications=0"] if words[0] == "compare" else []
        assert main([*words, *few]) == 0, capsys.readouterr().err
    assert "Nothing is wrong." in capsys.readouterr().out
    for name in ("mine", "rules_on_mine", "example"):
        assert (tmp_path / "results" / name / "observed.csv").is_file()


def test_every_page_is_in_the_index_and_the_plan_of_the_site() -> None:
    index, plan = ((ROOT / name).read_text("utf-8") for name in ("docs/index.md", "mkdocs.yml"))
    for page in DOCS.glob("*.md"):
        assert page.name == "index.md" or f"({page.name})" in index, page.name
        assert page.name in plan, page.name


@pytest.mark.parametrize("page", ["how_to.md", "log.md"])
def test_the_python_of_the_guides_runs(page: str) -> None:
    blocks = [code for kind, code in FENCE.findall((DOCS / page).read_text("utf-8")) if kind == "python"]
    assert blocks
    for block in blocks:
        exec(block.replace('"run=quick"', ", ".join(f'"{word}"' for word in SMALL)), {})


def test_the_textbook_example_agrees_with_its_formula(tmp_path: Path) -> None:
    own = ["--config-dir", str(DOCS / "examples" / "textbook")]
    less = ["run.replications=10", "run.window_days=1000", "run.workers=1"]
    assert main(["compare", *own, "experiment=places", *less, f"out={tmp_path}"]) == 0
    with open(tmp_path / "levels.csv", encoding="utf-8", newline="") as file:
        rows = {row["scenario"]: row for row in csv.DictReader(file)
                if (row["measure"], row["group"]) == ("children_waiting_mean", "all")}  # fmt: skip
    for scenario, expected in (("five", 2.2165), ("six", 0.5695)):
        value, high = float(rows[scenario]["value"]), float(rows[scenario]["upper_95"])
        standard_error = (high - value) / 2.262  # Student's t, 10 replications
        assert abs(value - expected) <= 4 * standard_error
        assert standard_error < 0.15 * expected


if __name__ == "__main__":
    renew({name: Path(folder) for name, _, folder in (word.partition("=") for word in sys.argv[1:])})
