"""Telling: before the first step and after the end, and nothing of it fails a run."""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from fakes import Stage, answers
from fakes import sample_plan as plan

from opsctl import errors, notify
from opsctl.aws.notices import Told
from opsctl.journal import Journal
from opsctl.targets import Target

TOPIC = "sns:arn:aws:sns:eu-west-1:123456789012:changes"


@dataclass
class FakeNotices:
    """Keeps what it is asked to tell; `signals` are what arrives meanwhile."""

    stage: Stage
    ok: bool = True
    sent: list[str] = field(default_factory=list)
    done_before: list[int] = field(default_factory=list)
    signals: dict[str, int] = field(default_factory=dict)

    def tell(
        self, where: Sequence[str], subject: str, text: str, attributes: Mapping[str, str]
    ) -> tuple[Told, ...]:
        self.sent.append(attributes["status"])
        self.done_before.append(len(self.stage.aws.made))
        self.text = text
        for _ in range(self.signals.get(attributes["status"], 0)):
            signal.raise_signal(signal.SIGINT)
        return tuple(Told(each, self.ok, "" if self.ok else "HTTP 404") for each in where)


@pytest.fixture
def told(stage: Stage) -> FakeNotices:
    stage.target = replace(stage.target, notify=("slack", TOPIC))
    it = FakeNotices(stage)
    stage.aws.notices = it  # type: ignore[attr-defined]
    return it


def test_it_is_told_before_the_first_step_and_after_the_end(
    stage: Stage, told: FakeNotices
) -> None:
    outcome = stage.run(plan(), reason="because")
    assert told.sent == ["begins", "done"]
    assert told.done_before == [0, 2]
    assert "kim" in told.text
    assert outcome.run in told.text
    assert [(it["when"], it["ok"]) for it in outcome.result["notices"]] == [  # type: ignore[union-attr, index, call-overload]
        ("before", True),
        ("before", True),
        ("after", True),
        ("after", True),
    ]


def test_the_plan_says_who_will_be_told_and_a_dry_run_tells_nobody(
    stage: Stage, told: FakeNotices
) -> None:
    stage.run(plan(), dry_run=True)
    assert told.sent == []
    (shown,) = stage.operator.plans
    assert shown.notes == (
        "Told before and after: Slack ($OPSCTL_SLACK_WEBHOOK), SNS topic changes in eu-west-1.",
    )


def test_a_target_that_names_nobody_tells_nobody(target: Target) -> None:
    assert notify.note(target) == ""


def test_what_could_not_be_told_is_said_journaled_and_changes_no_exit_code(
    stage: Stage, told: FakeNotices
) -> None:
    told.ok = False
    outcome = stage.run(plan())
    assert (outcome.status, outcome.exit_code) == ("done", 0)
    said = [it for it in stage.operator.told if it.startswith("Not told")]
    assert said[0] == "Not told before the change: slack: HTTP 404"
    assert len(said) == 4
    (record,) = stage.journal.runs()
    assert [(it["when"], it["channel"], it["ok"], it["detail"]) for it in record.told] == [
        ("before", "slack", False, "HTTP 404"),
        ("before", TOPIC, False, "HTTP 404"),
        ("after", "slack", False, "HTTP 404"),
        ("after", TOPIC, False, "HTTP 404"),
    ]


def test_a_failure_is_told_with_its_kind_and_keeps_its_code(
    stage: Stage, told: FakeNotices
) -> None:
    stage.aws._perform = answers(look=errors.RolledBack("tasks die"))
    assert stage.run(plan()).exit_code == 23
    assert told.sent == ["begins", "rolled_back"]
    assert "tasks die" not in told.text


def test_a_bug_is_told_too(stage: Stage, told: FakeNotices) -> None:
    stage.aws._perform = answers(change=KeyError("x"))
    with pytest.raises(KeyError):
        stage.run(plan())
    assert told.sent == ["begins", "failed"]


def test_what_was_refused_or_declined_is_not_told(stage: Stage, told: FakeNotices) -> None:
    stage.operator.refusal = errors.Cancelled("no")
    assert stage.run(plan()).exit_code == 16
    stage.operator.refusal = None
    from fakes import Facts

    stage.facts = [Facts(1), Facts(2)]
    assert stage.run(plan()).exit_code == 17
    assert told.sent == []


def test_ctrl_c_while_it_is_told_before_changes_nothing_and_is_told(
    stage: Stage, told: FakeNotices
) -> None:
    told.signals = {"begins": 1}
    outcome = stage.run(plan())
    assert outcome.exit_code == 130
    assert stage.aws.made == []
    assert told.sent == ["begins", "cancelled"]
    (record,) = stage.journal.runs()
    assert (record.status, record.exit_code) == ("cancelled", 130)
    assert stage.lock.show() is None


@pytest.mark.parametrize("times", [1, 2, 3])
def test_ctrl_c_while_it_is_told_afterwards_ends_only_the_waiting(
    stage: Stage, told: FakeNotices, times: int
) -> None:
    told.signals = {"done": times}
    outcome = stage.run(plan())
    assert (outcome.status, outcome.exit_code) == ("done", 0)
    (record,) = stage.journal.runs()
    assert record.status == "done"


def test_after_an_interruption_it_is_still_told(stage: Stage, told: FakeNotices) -> None:
    def interrupted(_: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return {"did": "change"}

    stage.aws._perform = answers(change=interrupted)
    assert stage.run(plan()).exit_code == 22
    assert told.sent == ["begins", "interrupted"]


def test_the_lock_is_free_before_the_end_is_told(stage: Stage, told: FakeNotices) -> None:
    held: list[bool] = []
    tell = told.tell

    def looking(*words: Any) -> Any:
        held.append(stage.lock.show() is not None)
        return tell(*words)

    told.tell = looking  # type: ignore[method-assign]
    stage.run(plan())
    assert held == [True, False]


def test_a_journal_that_cannot_be_written_ends_it_before_the_first_step(
    stage: Stage, told: FakeNotices
) -> None:
    class Full(Journal):
        def write(self, event: str, run_id: str, **fields: Any) -> None:
            if event == "told":
                raise errors.Forbidden("the disk is full")
            super().write(event, run_id, **fields)

    stage.journal = Full(stage.store, stage.target.env)
    outcome = stage.run(plan())
    assert outcome.exit_code == 13
    assert stage.aws.made == []
    assert told.sent == ["begins", "refused"]
