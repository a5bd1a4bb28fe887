from dataclasses import replace
from datetime import UTC, datetime, timedelta

from opsctl.cli import history_screen as history
from opsctl.journal.chain import Findings
from opsctl.journal.runs import RunRecord, StepRecord
from opsctl.plan import Call, Do, Wait
from opsctl.state.processes import Process
from opsctl.terminal.blocks import Screenful
from opsctl.terminal.json_output import plain
from opsctl.terminal.layout import lines

BEGAN = datetime(2026, 11, 23, 18, 55, 1, tzinfo=UTC)
BACK = Do("Set 2", Call("ecs", "set_count", {"count": 2}))
STEP = Do("Set 5", Call("ecs", "set_count", {"count": 5}), undo=(BACK,))
NOTE = Do("Send a mail", Call("ses", "send"), no_undo="a mail cannot be taken back")
RUN = RunRecord(
    id="20261123T185501Z-7f3a",
    command="scale count",
    env="prod",
    account="123456789012",
    region="eu-west-1",
    caller="arn:aws:iam::123456789012:user/ana",
    reason="busy",
    began=BEGAN,
    ended=BEGAN + timedelta(seconds=42),
    status="done",
    exit_code=0,
    steps=(
        StepRecord(0, STEP, "done", requests=("req-1",)),
        StepRecord(1, NOTE, "done"),
        StepRecord(2, Wait("Wait", Call("ecs", "look"), 60.0), "failed", error="it never came"),
    ),
    summary="set the count",
    danger="moderate",
    digest="abc",
    version="0.1.0",
    process=Process("laptop", 17, "then"),
    operator="ana@laptop",
)


def text(screenful: Screenful) -> str:
    return "\n".join(lines(screenful, colour=False))


def test_a_run_is_one_line_of_the_table() -> None:
    head, row = text(history.table([RUN], "prod")).splitlines()
    assert head.split() == ["RUN", "WHEN", "(UTC)", "COMMAND", "WHO", "STATUS", "REASON"]
    assert row.split() == [
        "20261123T185501Z-7f3a",
        *("11-23", "18:55", "scale", "count", "ana@laptop", "done", "busy"),
    ]


def test_a_reason_cannot_forge_a_line() -> None:
    forged = replace(RUN, reason="busy\n20261123T185502Z-0000 \x1b[31mdone")
    assert len(text(history.table([forged], "prod")).splitlines()) == 2
    assert "\x1b" not in text(history.table([forged], "prod"))


def test_a_run_in_full_has_each_step_with_its_undo_and_request_ids() -> None:
    shown = text(history.one(RUN))
    for told in (
        "scale count: set the count",
        "done, exit 0",
        "prod, account 123456789012, eu-west-1",
        "2026-11-23T18:55:43Z (42 s)",
        "1. done  Set 5",
        "undo: Set 2",
        "request: req-1",
        "no undo: a mail cannot be taken back",
        "3. failed  Wait",
        "error: it never came",
        "Undo: opsctl undo 20261123T185501Z-7f3a -e prod",
    ):
        assert told in shown


def test_a_run_that_was_taken_back_says_by_whom_and_offers_no_undo() -> None:
    undone = replace(
        RUN, steps=(replace(RUN.steps[0], undone_by="r2"),), examined_by="r3", undoes="r0"
    )
    shown = text(history.one(undone))
    assert "done, undone" in shown
    assert "undone by: r2" in shown
    assert "examined by  r3" in shown
    assert "opsctl undo" not in shown


def test_a_run_that_was_cut_off_says_what_that_means() -> None:
    cut = replace(RUN, status="unknown", exit_code=None, ended=None)
    shown = text(history.one(cut))
    assert "status  unknown" in shown
    assert "wrote no end" in shown
    assert "ended" not in shown


def test_the_chain_is_told_line_by_line() -> None:
    assert text(history.chain(Findings((), (), 9), "prod")) == (
        "The chain holds: 9 lines of the journal of prod."
    )
    shown = text(
        history.chain(Findings(("line 2 was edited",), ("line 9 was cut short",), 9), "prod")
    )
    assert shown.splitlines() == [
        "torn: line 9 was cut short",
        "broken: line 2 was edited",
        "The journal of prod was manipulated.",
    ]


def test_the_documents_are_json_with_times_in_utc() -> None:
    summary = plain(history.summary_json(RUN))
    assert isinstance(summary, dict)
    assert summary["began"] == "2026-11-23T18:55:01.000Z"
    full = plain(history.full_json(RUN))
    assert isinstance(full, dict)
    assert isinstance(full["steps"], list)
    assert len(full["steps"]) == 3
    assert summary.items() <= full.items()


def test_a_run_of_an_incident_carries_its_tag() -> None:
    tagged = replace(RUN, incident="20261123-1")
    assert "[20261123-1] busy" in text(history.table([tagged], "prod"))
    assert "incident  20261123-1" in text(history.one(tagged))
    assert history.summary_json(tagged)["incident"] == "20261123-1"
    assert "incident" not in text(history.one(RUN))


def test_an_emergency_and_who_was_told_are_shown() -> None:
    told = (
        {"when": "before", "channel": "Slack", "ok": True, "detail": ""},
        {"when": "after", "channel": "Slack", "ok": False, "detail": "it answered HTTP 404"},
    )
    run = replace(RUN, emergency="in a freeze", told=told)
    shown = text(history.one(run))
    assert "  emergency  in a freeze" in shown
    assert "  notice     Slack, told before" in shown
    assert "  notice     Slack, not told after: it answered HTTP 404" in shown
    document = plain(history.full_json(run))
    assert isinstance(document, dict)
    assert document["emergency"] == "in a freeze"
    assert document["told"] == list(told)
    assert "emergency" not in text(history.one(RUN))
