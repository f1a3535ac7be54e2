"""The stored evidence is there, complete and green; if it is old, that is said but fails nothing."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

from tests import evidence, proofs, prove
from tests.analytic.case import STANDARD_ERRORS

pytestmark = pytest.mark.unit

GROUPS = tuple(evidence.SOURCES)


class OldEvidence(UserWarning):
    """Says how old the evidence is."""


@pytest.mark.parametrize("group", GROUPS)
def test_the_evidence_is_complete_and_green(group: str) -> None:
    try:
        found = evidence.read(group)
    except FileNotFoundError:
        pytest.fail(f"docs/evidence/{group}.json is missing: make prove writes it")
    for line in evidence.age(group, found):
        warnings.warn(line, OldEvidence, stacklevel=1)
    wanted = {one.name for one in proofs.proofs() if one.group == group}
    results = {part["name"]: part for part in found["results"]}
    assert not wanted - set(results), (
        f"not proved yet: {sorted(wanted - set(results))}; make prove proves them"
    )
    red = [name for name, part in results.items() if not part["passed"]]
    assert not red and found["passed"], f"red: {red}"


def test_the_numbers_in_the_evidence_bear_it_out() -> None:
    for part in evidence.read("analytic")["results"]:
        assert part["quantities"], part["name"]
        for one in part["quantities"]:
            gap, error = abs(one["estimate"] - one["expected"]), one["standard_error"]
            assert gap <= STANDARD_ERRORS * error * 1.001 + 1e-12, (part["name"], one)
            assert error <= one["within"] * abs(one["expected"]), (part["name"], one)


def test_every_property_was_tried_on_many_examples() -> None:
    asked = {name: proofs.asked(test) for name, test in proofs.properties().items()}
    for part in evidence.read("properties")["results"]:
        if part["name"] in asked:
            assert part["examples"] >= 0.9 * asked[part["name"]], part


def test_the_killed_sweeps_were_killed_often_and_ended_the_same() -> None:
    for part in evidence.read("sweeps")["results"]:
        assert part["kills"] == proofs.KILLS and part["same"] and not part["leftovers"], part
        assert min(part["killed"].values()) >= 10, part


def sample(group: str, commit: str | None) -> evidence.Record:
    return {"commit": commit, "date": "2026-01-01", "sources": evidence.source_hashes(group)}


@pytest.mark.parametrize("group", GROUPS)
def test_evidence_of_this_very_state_has_nothing_to_say(group: str) -> None:
    head = evidence.git("rev-parse", "HEAD")
    if head is None:
        pytest.skip("no git here")
    assert evidence.age(group, sample(group, head)) == []


def test_old_evidence_says_how_many_commits_ago_and_which_sources_changed() -> None:
    found = sample("analytic", evidence.git("rev-parse", "HEAD~1"))
    found["sources"] |= {"sim/engine/floor.py": "0" * 64, "sim/engine/gone.py": "1" * 64}
    said = evidence.age("analytic", found)
    assert "commits old" in said[0] or "cannot be told" in said[0]
    assert "sim/engine/floor.py, sim/engine/gone.py changed" in said[1]


def test_without_git_or_with_an_unknown_commit_the_age_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "cannot be told" in evidence.age("analytic", sample("analytic", "f" * 40))[0]
    assert "cannot be told" in evidence.age("analytic", sample("analytic", None))[0]
    monkeypatch.setenv("PATH", "")
    assert evidence.git("rev-parse", "HEAD") is None
    assert "cannot be told" in evidence.age("analytic", sample("analytic", "f" * 40))[0]


# -- the machine that makes it ---------------------------------------------------------------------------


def test_a_finished_part_is_kept_until_its_sources_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prove, "PARTS", tmp_path)
    proof = prove.Proof("analytic", "O0-none", 1.0)
    assert prove.kept(proof, "a") is None
    prove.keep(proof, "a", {"name": "O0-none", "passed": True})
    assert prove.kept(proof, "a") == {"name": "O0-none", "passed": True}
    assert prove.kept(proof, "b") is None
    prove.part_file(proof).write_text("{", encoding="utf-8")
    assert prove.kept(proof, "a") is None


def test_a_proof_depends_on_its_own_tests_and_not_on_others() -> None:
    hashes = {"sim/engine/floor.py": "1", "tests/property/test_a.py": "2", "tests/property/test_b.py": "3"}
    assert set(evidence.without_others(hashes, "tests.property.test_a")) == {
        "sim/engine/floor.py", "tests/property/test_a.py",
    }  # fmt: skip


def test_evidence_is_written_when_a_group_is_complete_and_red_parts_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(prove, "PARTS", tmp_path / "parts")
    monkeypatch.setattr(prove, "EVIDENCE", tmp_path / "evidence")
    every = [prove.Proof("properties", name, 1.0) for name in ("one", "two")]
    part = {"passed": True, "seconds": 1.0, "examples": 5}
    prove.keep(every[0], "s", {"name": "one", **part})
    assert prove.gathered(every, dict.fromkeys(every, "s")) == 0
    assert not (tmp_path / "evidence").exists()
    prove.keep(every[1], "s", {"name": "two", **part, "passed": False})
    assert prove.gathered(every, dict.fromkeys(every, "s")) == 1
    written = json.loads((tmp_path / "evidence" / "properties.json").read_text(encoding="utf-8"))
    assert written["passed"] is False and [each["name"] for each in written["results"]] == ["one", "two"]
    assert set(written) >= {"commit", "date", "sources", "proofs", "versions", "uncommitted"}
    assert "1 red" in capsys.readouterr().out


def test_proofs_are_chosen_by_group_source_or_name() -> None:
    every = [
        prove.Proof("analytic", "O1-a", 1),
        prove.Proof("analytic", "O13-a", 1),
        prove.Proof("properties", "p", 1),
    ]
    assert [one.name for one in prove.chosen(["O1"], every)] == ["O1-a"]
    assert [one.name for one in prove.chosen(["properties", "O13-a"], every)] == ["O13-a", "p"]
    assert prove.chosen([], every) == every
    with pytest.raises(SystemExit, match="no such proof: O99"):
        prove.chosen(["O99"], every)
