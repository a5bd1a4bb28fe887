"""The report on paper: complete, with digests that hold, and nothing in it acts as markup."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from incident_samples import NOON, alarm, at, call, incident, run
from samples import deployment

from opsctl.journal.incidents import Note
from opsctl.reports import incident_paper
from opsctl.reports.incident import Story
from opsctl.reports.incident_timeline import entries
from opsctl.targets import Target


def story(**changes: Any) -> Story:
    parts: dict[str, Any] = {
        "incident": incident(),
        "until": at(30),
        "made": at(60),
        "runs": (run(),),
        "deployments": (deployment(4, created=at(2)),),
        "alarms": (alarm(),),
        "calls": (call(),),
        "not_examined": (),
        "manipulated": (),
        **changes,
    }
    told = (parts["deployments"] or (), parts["alarms"] or (), parts["calls"] or ())
    return Story(entries=entries(parts["incident"], parts["runs"], *told), **parts)


def paper(target: Target, **changes: Any) -> str:
    return incident_paper.files(story(**changes), target)["20261123-1-prod.md"].decode()


def test_it_holds_summary_timeline_actions_notes_and_evidence(target: Target) -> None:
    text = paper(target)
    assert text.startswith("# Incident 20261123-1: errors after the release\n")
    assert "| Ended | 2026-11-23T12:30:00Z, after 30m, by ana\\@desk |" in text
    assert "| Report | made 2026-11-23T13:00:00Z by opsctl" in text
    assert "Everything was examined" in text
    assert "| 2026-11-23T12:02:00Z | CloudTrail: ecs:UpdateService on" in text
    assert "### `opsctl deploy`: rolled back, exit 23" in text
    assert "| 1 | Release 1.4.0 | done | Set revision 3 |" in text
    assert "> rolling back" in text


def test_what_is_still_in_effect_says_how_it_is_taken_back(target: Target) -> None:
    undo = "To take it back: `opsctl undo 20261123T120200Z-1111 -e prod`"
    assert undo in paper(target, runs=(run(status="done", exit_code=0, error=""),))
    assert undo not in paper(target, runs=(run(),)), "it was rolled back by itself"


def test_the_digests_are_those_of_the_evidence(target: Target) -> None:
    files = incident_paper.files(story(), target)
    text = files.pop("20261123-1-prod.md").decode()
    sums = files.pop("20261123-1-prod/SHA256SUMS").decode()
    assert sorted(files) == [
        f"20261123-1-prod/{name}.json"
        for name in ("alarms", "cloudtrail", "deployments", "incident", "runs", "timeline")
    ]
    for path, content in files.items():
        digest = hashlib.sha256(content).hexdigest()
        assert f"`{digest}`" in text
        assert f"{digest}  {path.rpartition('/')[2]}\n" in sums
    (told,) = json.loads(files["20261123-1-prod/cloudtrail.json"])
    assert (told["at"], told["address"]) == ("2026-11-23T12:02:00.000Z", "198.51.100.7")


def test_what_was_not_examined_is_said_and_leaves_no_empty_file(target: Target) -> None:
    files = incident_paper.files(
        story(calls=None, not_examined=("CloudTrail in us-east-1: no permission",)), target
    )
    text = files["20261123-1-prod.md"].decode()
    assert "Not examined:\n\n- CloudTrail in us-east-1: no permission\n" in text
    assert "Everything was examined" not in text
    assert "20261123-1-prod/cloudtrail.json" not in files
    assert "20261123-1-prod/alarms.json" in files


def test_records_that_were_edited_are_told_first(target: Target) -> None:
    text = paper(target, manipulated=("journal: line 3 was edited",))
    assert text.index("journal: line 3 was edited") < text.index("## Timeline")


def test_an_incident_that_lasts_says_so(target: Target) -> None:
    text = paper(target, incident=incident(ended=None), until=at(5))
    assert "not yet: this tells of the time until 2026-11-23T12:05:00Z" in text


def test_nothing_from_elsewhere_acts_as_markup(target: Target) -> None:
    evil = "x | y\n# z <img src=http://evil.example> [a](b) `c` \x1b[31m"
    text = paper(
        target,
        incident=incident(title=evil, notes=(Note(NOON, "ana|x", evil),), resolution=evil),
        runs=(run(reason=evil, summary=evil, error=evil, command="a`b|c"),),
        alarms=(alarm(reason=evil),),
        calls=(call(agent=evil, resources=(evil,), who=evil),),
    )
    assert "\x1b" not in text
    assert "<img" not in text.replace("\\<img", "")
    assert "http://" not in text
    assert "[a](b)" not in text
    for line in text.splitlines():
        if line.startswith("| 2026"):
            assert line.replace("\\|", "").count("|") == 5, line
        assert not line.startswith("# z")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("1. one", r"1\. one"),
        ("1.4.0 fails", "1.4.0 fails"),
        ("- one", r"\- one"),
        ("=====", r"\====="),
        ("a_b*c", r"a\_b\*c"),
        ("ana@desk", r"ana\@desk"),
        ("www.evil.example", r"www\.evil.example"),
        ("plain, with 1.2.0 (and more)", "plain, with 1.2.0 (and more)"),
    ],
)
def test_words_are_shown_as_they_are(words: str, shown: str) -> None:
    assert incident_paper.escaped(words) == shown


def test_a_name_that_would_end_its_code_is_plain_text() -> None:
    assert incident_paper.code("run-1") == "`run-1`"
    assert incident_paper.code("a`b") == r"a\`b"
    assert incident_paper.code("a|b") == r"a\|b"
