"""The studio: what it asks becomes a command; in a real browser from choice to download; for this computer alone."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import yaml

import sim
from sim.cli import main
from sim.outcomes.catalogue import CATALOGUE
from sim.returns.template import write_templates
from sim.scenario.errors import ConfigError
from sim.scenario.load import load_experiment
from sim.studio.choices import FIRST, GROUPS, PRIMARY, SLOTS, Choice, Plan, offered, read_plan, settings_of
from sim.studio.glance import glance
from sim.studio.timeline import STATES, timeline
from tests.face.browser import browser_path, faults, opened, shoot

pytestmark = pytest.mark.face

SHORT = ["run=quick", "run.warm_up_days=30", "run.window_days=60", "run.follow_up_days=0"]


# -- choices ------------------------------------------------------------------------------------------


def choice(title: str = "Today", scale: float = 1.0, more: tuple[str, ...] = (), **options: str) -> Choice:
    return Choice(title, {**FIRST, **options}, scale, more)


def test_a_choice_is_the_words_of_a_command() -> None:
    assert choice().overrides == []
    found = choice(scale=1.1, more=("workforce.vacancy.mean=0.3",), commissioning="regional").overrides
    assert found == ["commissioning=regional", "demand.scale=1.1", "workforce.vacancy.mean=0.3"]


def test_what_is_chosen_is_an_experiment_that_loads_and_reads_back(tmp_path: Path) -> None:
    plan = Plan({"a": choice(), "b": choice("Panel; 'more': yes", 1.05, commissioning="national_panel")})
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "studio.yaml").write_text(plan.experiment(), encoding="utf-8")
    loaded = load_experiment(["experiment=studio", *plan.settings], tmp_path)
    assert list(loaded.scenarios) == ["a", "b"] and loaded.experiment.baseline == "a"
    assert loaded.scenarios["b"].demand.scale == 1.05
    assert dict(read_plan(plan.experiment())) == dict(plan.choices)
    assert all(measure in CATALOGUE for measure in PRIMARY)


@pytest.mark.parametrize(
    "text",
    ["[", "a: 1", "scenarios: []", "scenarios: {a: {title: '', overrides: []}}", "scenarios: {a: 1}",
     "scenarios: {a: {title: x, overrides: [experiment=y]}}",
     "scenarios: {a: {title: x, overrides: ['_target_: os']}}",
     "!!python/object/apply:os.system ['true']",
     "scenarios: {a: {title: x, overrides: [1]}}"],
)  # fmt: skip
def test_a_file_that_the_studio_did_not_write_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        dict(read_plan(text))


def test_further_settings_are_one_a_line() -> None:
    assert settings_of("a.b=1\n\n# no\n+c.d=2") == ("a.b=1", "+c.d=2")
    for wrong in ("rm -rf", "experiment=x", "commissioning=today", "run.seed=1"):
        with pytest.raises(ConfigError):
            settings_of(wrong)


def test_every_group_offers_what_the_configs_hold() -> None:
    for group in GROUPS:
        assert next(iter(offered(group))) == FIRST[group]
    assert {"today", "national_panel", "regional"} <= set(offered("commissioning"))
    assert "planned" in offered("estate") and "one_home" not in offered("estate")


def test_the_offered_load_by_hand() -> None:
    """One home of five places, staff for all; each child takes one unit: load is rate x mean stay over five."""
    scenario = sim.load_scenario(
        ["estate=one_home", "demand=one_stream", "workforce=unlimited", "legal=none", "behaviour=instant",
         "commissioning=first_come", "run=textbook"]
    )  # fmt: skip
    found = glance(scenario)
    stream = next(iter(scenario.demand.streams.values()))
    expected = stream.rate[0].per_year / 365.25 * stream.length_of_need[0].mean / 5  # type: ignore[union-attr]
    assert [each.purpose for each in found] == ["welfare"]
    assert found[0].load == pytest.approx(expected, rel=0.08)


def test_the_timeline_keeps_the_identity_of_places() -> None:
    result = sim.simulate(sim.load_scenario(SHORT), 0)
    made = timeline(result)
    assert len(made.dates) == len(made.waiting) == 9
    for home in made.homes:
        table = np.array(home["places"])
        assert table.shape == (9, len(STATES)) and (table >= 0).all()
        lived_in, total = table[:, 0], table.sum(axis=1)
        assert (total == np.maximum(home["approved"], lived_in + table[:, 1])).all()
    assert "<" not in made.json()


# -- in a browser -------------------------------------------------------------------------------------


@contextmanager
def studio(out: Path, *words: str) -> Iterator[str]:
    """The command itself, on any free port; gives its address."""
    command = [sys.executable, "-m", "sim.cli", "studio", "port=0", "open=no", f"out={out}", *words]
    with (out.parent / "studio.log").open("w") as log:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}
        )
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+/", said)
            assert found, f"{said} {(out.parent / 'studio.log').read_text()}"
            yield found.group()
        finally:
            process.terminate()
            process.wait(timeout=20)


def test_from_choice_to_the_same_results_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser_path()
    out, home = tmp_path / "work" / "results", tmp_path / "home"
    out.parent.mkdir()
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    list(write_templates(tmp_path / "forms"))
    bad = tmp_path / "referrals.csv"
    bad.write_text("referral,referred_on,route,authority,child_name\nR1,2025-04-01,welfare,Leads,Jane\n")
    with studio(out) as address, opened() as (page, refused):
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address)
        page.wait_for_selector("#glance_b .right", timeout=60_000)
        assert "Offered load" in page.inner_text("#glance_a")
        page.fill("#scale_b", "9")
        page.wait_for_selector("#glance_b .wrong", timeout=30_000)
        page.fill("#scale_b", "1")
        page.set_input_files("#returns", str(bad))
        page.wait_for_selector("#checked .wrong", timeout=30_000)
        told = page.inner_text("#checked")
        assert "perhaps Leeds" in told and "child_name" in told and "Jane" not in told
        page.set_input_files("#returns", sorted(map(str, (tmp_path / "forms" / "example").glob("*.csv"))))
        page.wait_for_selector("#checked .right", timeout=60_000)
        page.wait_for_function(
            "document.querySelector('#glance_a').innerText.includes('50 places')", timeout=60_000
        )
        page.wait_for_function(
            "document.querySelector('#whose').innerText.includes('so places look plentiful')"
        )
        assert faults(page) == []
        page.check("#others")
        page.wait_for_function("document.querySelector('#whose').innerText.trim() == ''")
        page.fill("#replications", "2")
        assert faults(page) == []
        shoot(page, "studio-scenarios")
        page.click("#go")
        page.wait_for_selector("#progress progress", timeout=30_000)
        page.wait_for_selector("#progress .right", timeout=240_000)
        for tab, wanted in (
            ("answer", "#answer table"), ("map", "#the_map svg"), ("list", "#the_list table"),
            ("homes", "#homes table"),
            ("time", ".timeline .place"), ("story", "#story pre"), ("away", "#command pre"),
        ):  # fmt: skip
            page.click(f"[data-value={tab}]")
            page.wait_for_selector(wanted, timeout=60_000)
            assert faults(page) == [], tab
            shoot(page, f"studio-{tab}")
        page.click("[data-value=time]")
        before = page.inner_text(".told")
        page.click("#play")
        page.wait_for_function(
            "text => document.querySelector('.told').innerText != text", arg=before, timeout=20_000
        )
        page.click("#play")
        page.click("[data-value=story]")
        page.fill("#child", "99999")
        page.wait_for_selector("#story .wrong", timeout=30_000)
        page.click("[data-value=away]")
        with page.expect_download() as taken:
            page.click("#whole")
        taken.value.save_as(tmp_path / "taken.zip")
        with page.expect_download() as taken:
            page.click("#settings")
        saved = tmp_path / "studio.yaml"
        taken.value.save_as(saved)
        assert not refused and not wrong
    assert (
        dict(read_plan(saved.read_text(encoding="utf-8")))["b"].options["commissioning"] == "national_panel"
    )
    again = tmp_path / "again"
    with zipfile.ZipFile(tmp_path / "taken.zip") as book:
        book.extractall(again)
    first = {
        name: (again / "results" / name).read_bytes()
        for name in ("differences.csv", "levels.csv", "observed.csv")
    }
    words = (again / "command.txt").read_text().split()
    monkeypatch.chdir(again)
    assert "others=drawn" in words and "Your " in (again / "results" / "report.html").read_text(
        encoding="utf-8"
    )
    assert words[0] == "placesim" and main([*words[1:-1], "out=anew"]) == 0
    assert {name: (again / "anew" / name).read_bytes() for name in first} == first
    assert sorted(path.name for path in out.parent.iterdir()) == ["results", "studio.log"]
    kept = [path for path in (out / ".uploads").rglob("*") if path.is_file()]
    assert not kept, kept


def test_a_run_is_cancelled_and_saved_scenarios_are_read_back(tmp_path: Path) -> None:
    browser_path()
    saved = tmp_path / "saved.yaml"
    plan = Plan({slot: choice(f"Rule {slot}", commissioning=rule) for slot, rule in
                 zip(SLOTS, ("today", "local", "regional", "national_panel"), strict=True)})  # fmt: skip
    saved.write_text(plan.experiment(), encoding="utf-8")
    evil = tmp_path / "evil.yaml"
    evil.write_text(yaml.safe_dump({"scenarios": {"a": {"title": "x", "overrides": ["run.seed=1"]}}}))
    out = tmp_path / "results"
    with studio(out) as address, opened() as (page, _):
        page.goto(address)
        page.wait_for_selector("#glance_a .right", timeout=60_000)
        page.set_input_files("#saved", str(evil))
        page.wait_for_selector("#read_back .wrong", timeout=30_000)
        page.set_input_files("#saved", str(saved))
        page.wait_for_selector("#read_back .right", timeout=60_000)
        page.wait_for_function("document.querySelector('#title_d').value == 'Rule d'", timeout=30_000)
        assert page.input_value("#commissioning_c") == "regional"
        page.fill("#replications", "400")
        page.click("#go")
        page.wait_for_selector("#progress progress", timeout=60_000)
        page.click("#cancel")
        page.wait_for_function(
            "document.querySelector('#progress').innerText.includes('Stopped')", timeout=60_000
        )
        shoot(page, "studio-stopped")
    assert not (out / "run-001").exists()


def test_it_answers_this_computer_alone(tmp_path: Path) -> None:
    with studio(tmp_path / "results") as address:
        port = int(address.rstrip("/").rpartition(":")[2])

        def status(**heads: str) -> int:
            talk = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            talk.request("GET", "/", headers=heads)
            return talk.getresponse().status

        assert status() == 200
        assert status(Host=f"localhost:{port}") == 200
        assert status(Host="example.org") == 403  # a name that somebody has pointed at this computer
        assert status(Host=f"127.0.0.1:{port}", Origin="http://example.org") == 403  # a page from elsewhere
        listening = Path("/proc/net/tcp").read_text() if Path("/proc/net/tcp").exists() else ""
        wanted = f":{port:04X} "
        assert all(
            line.split()[1].startswith("0100007F")
            for line in listening.splitlines()
            if wanted in line.split()[1] + " "
        )


@pytest.mark.parametrize(
    ("words", "said"),
    [(["port=x"], "0 to 65535"), (["open=perhaps"], "yes, no"), (["prt=1"], "nearest port"),
     (["--config-dir", "none"], "no such folder")],
)  # fmt: skip
def test_a_wrong_word_is_one_line(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["studio", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_taken_port_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        began = time.monotonic()
        assert main(["studio", f"port={taken.getsockname()[1]}", "open=no", f"out={tmp_path / 'x'}"]) == 2
        assert "another port" in capsys.readouterr().err and time.monotonic() - began < 60
