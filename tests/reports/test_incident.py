"""What is gathered of an incident, and what is said where AWS does not let us look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from incident_samples import call
from samples import deployment

from opsctl.aws import Aws
from opsctl.aws.cloudtrail import Event
from opsctl.errors import NoAccess
from opsctl.journal import Journal
from opsctl.journal.incidents import Incident, Incidents
from opsctl.journal.walks import Walks
from opsctl.plan import Call, Danger, Do, Plan
from opsctl.reports import incident as reports
from opsctl.state import LocalStore
from opsctl.targets import Target

PLAN = Plan("set it", (Do("Set it", Call("ecs", "set", {})),), Danger.MILD)


class Paper:
    """AWS on paper: answers, or refusals, by part."""

    def __init__(self, target: Target, **answers: Any) -> None:
        self.target = target
        self.answers = answers
        self.asked: list[str] = []
        self.deployments = self.cloudwatch = self.cloudtrail = self

    def check_account(self) -> None:
        self._answer("account")

    def history(self, *place: Any) -> Any:
        return self._answer("deployments")

    def alarm_changes(self, *words: Any) -> Any:
        return self._answer("alarms")

    def pages(self, region: str, *words: Any) -> Iterator[tuple[Event, ...]]:
        self.asked.append(region)
        yield from self._answer(region)

    def _answer(self, part: str) -> Any:
        answer = self.answers.get(part, ())
        if isinstance(answer, Exception):
            raise answer
        return answer


class Records:
    """The records of one environment, and the story they make."""

    def __init__(self, folder: Path, target: Target) -> None:
        self.target = target
        self.store = LocalStore(folder)
        self.incidents = Incidents(self.store, "prod")
        self.walks = Walks(self.store, "prod")
        self.journal = self.tagged("")

    def tagged(self, incident: str) -> Journal:
        return Journal(self.store, "prod", incident=lambda: incident)

    def run(self, journal: Journal | None = None) -> str:
        begun = (journal or self.journal).begin(
            command="scale", caller="c", plan=PLAN, reason="", account="1", region="r"
        )
        begun.ended(status="done", exit_code=0)
        return begun.id

    def story(self, incident: Incident, **answers: Any) -> reports.Story:
        self.aws = Paper(self.target, **answers)
        now = answers.pop("now", datetime.now(UTC))
        kept = reports.Records(self.journal, self.incidents, self.walks)
        return reports.gather(self.aws, kept, incident, now)  # type: ignore[arg-type]


@pytest.fixture
def records(tmp_path: Path, target: Target) -> Records:
    return Records(tmp_path, target)


def test_runs_of_its_time_and_runs_with_its_tag_belong_to_it(records: Records) -> None:
    records.run()
    incident = records.incidents.start("x", "sev1")
    during = records.run()
    others = records.run(records.tagged("20200101-1"))
    incident = records.incidents.close("y")
    later = records.run(records.tagged(incident.id))
    records.run()

    story = records.story(incident)
    assert {run.id for run in story.runs} == {during, later}
    assert others not in {entry.run for entry in story.entries}


def test_what_was_done_by_hand_in_a_walk_is_told_and_a_command_by_its_run(
    records: Records,
) -> None:
    incident = records.incidents.start("x", "sev1")
    walk = records.walks.start("Restart", "restart", "d" * 64, 4, incident=incident.id)
    walk = records.walks.note_step(walk, "Call the desk", "done", note="called at noon")
    walk = records.walks.note_step(walk, "opsctl restart", "done", line="opsctl restart", run="r")
    records.walks.note_step(walk, "Write to all", "skipped")
    records.walks.start("Restart", "restart", "d" * 64, 4)
    told = [it for it in records.story(incident).entries if it.kind == "step"]
    assert [it.what for it in told] == [
        "1 of “Restart” done: Call the desk: called at noon",
        "3 of “Restart” skipped: Write to all",
    ]


def test_what_may_not_be_looked_at_is_said_and_spoils_nothing_else(records: Records) -> None:
    incident = records.incidents.start("x", "sev1")
    run = records.run()
    story = records.story(incident, alarms=NoAccess("no cloudwatch:DescribeAlarmHistory"))
    assert story.alarms is None
    assert story.deployments == ()
    assert "alarms: no cloudwatch:DescribeAlarmHistory" in story.not_examined
    assert [it.id for it in story.runs] == [run]


def test_of_an_account_that_cannot_be_asked_the_journal_is_told(records: Records) -> None:
    incident = records.incidents.start("x", "sev1")
    story = records.story(incident, account=NoAccess("the session has expired"))
    assert (story.deployments, story.alarms, story.calls) == (None, None, None)
    assert story.not_examined == ("deployments, alarms and CloudTrail: the session has expired",)
    assert [it.what for it in story.entries] == ["declared: x (sev1)"]


def test_calls_of_the_home_region_and_of_the_global_one_are_told(records: Records) -> None:
    incident = records.incidents.start("x", "sev1")
    now = datetime.now(UTC)
    pages = {
        "eu-west-1": [(call(at=now, id="home"),), ()],
        "us-east-1": [(call(at=now - timedelta(seconds=1), id="global"),)],
    }
    story = records.story(incident, **pages)
    assert records.aws.asked == ["eu-west-1", "us-east-1"]
    assert [it.id for it in story.calls or ()] == ["global", "home"]


def test_one_region_that_refuses_does_not_hide_the_other(records: Records) -> None:
    incident = records.incidents.start("x", "sev1")
    refused = {"us-east-1": NoAccess("not allowed there")}
    story = records.story(incident, **refused, **{"eu-west-1": [(call(),)]})
    assert len(story.calls or ()) == 1
    assert "CloudTrail in us-east-1: not allowed there" in story.not_examined


def test_too_many_calls_are_cut_off_and_said(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST_CALLS", 2)
    incident = records.incidents.start("x", "sev1")
    pages = [(call(id="3"), call(id="2")), (call(id="1"),)]
    story = records.story(incident, **{"eu-west-1": pages})
    assert len(story.calls or ()) == 2
    assert any("too many calls since" in it for it in story.not_examined)


def test_a_fresh_incident_warns_that_cloudtrail_is_slow(records: Records) -> None:
    story = records.story(records.incidents.start("x", "sev1"))
    assert any("may be incomplete" in it for it in story.not_examined)
    assert records.story(records.incidents.close("y"), now=datetime.now(UTC)).not_examined
    closed = records.incidents.find("last")
    quiet = records.story(closed, now=datetime.now(UTC) + timedelta(hours=1))
    assert quiet.not_examined == ()


def test_what_aws_has_forgotten_is_said(records: Records) -> None:
    records.incidents.start("x", "sev1")
    closed = records.incidents.close("y")
    story = records.story(closed, now=datetime.now(UTC) + timedelta(days=91))
    assert any("alarms older than 30 days" in it for it in story.not_examined)
    assert any("CloudTrail older than 90 days" in it for it in story.not_examined)


def test_only_deployments_of_its_time_are_told(records: Records) -> None:
    incident = records.incidents.start("x", "sev1")
    now = incident.began
    before = deployment(3, created=now - timedelta(hours=2), finished=now - timedelta(hours=1))
    during = deployment(4, created=now, finished=now + timedelta(seconds=1))
    going = deployment(2, created=now - timedelta(hours=1), finished=None)
    later = deployment(5, created=now + timedelta(days=1), finished=None)
    story = records.story(incident, deployments=(later, during, going, before))
    assert story.deployments == (during, going)


def test_only_arns_and_names_of_the_environment_are_kept_of_a_call(records: Records) -> None:
    incident = records.incidents.start("x", "sev1")
    names = (
        "hunter2-in-an-environment-variable",
        "image-caption-gen-service-prod",
        "image-caption-gen-prod:7",
        "image-caption-gen-errors-prod",
        "arn:aws:iam::1:role/task",
    )
    story = records.story(
        incident, **{"eu-west-1": [(call(resources=("listed",), mentions=names),)]}
    )
    assert [(it.resources, it.mentions) for it in story.calls or ()] == [
        (("listed", *names[1:]), ())
    ]


def test_edited_records_are_told(records: Records, tmp_path: Path) -> None:
    incident = records.incidents.start("x", "sev1")
    records.run()
    path = tmp_path / "journal/prod.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"caller": "c"', b'"caller": "d"'))
    story = records.story(incident)
    assert len(story.manipulated) == 2
    assert story.manipulated[0].startswith("journal: line 1")


def test_a_real_incident_is_told_from_the_live_account(local: Aws, tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    incidents = Incidents(store, "local")
    started = incidents.start("x", "sev1", began=datetime.now(UTC) - timedelta(hours=1))
    told: list[str] = []
    kept = reports.Records(Journal(store, "local"), incidents, Walks(store, "local"))
    story = reports.gather(local, kept, started, datetime.now(UTC), told.append)
    assert story.calls
    assert story.deployments
    assert story.alarms is not None
    assert told[0].startswith("CloudTrail in us-east-1: ")
    assert [it.at for it in story.calls] == sorted(it.at for it in story.calls)
