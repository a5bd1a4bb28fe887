from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opsctl.journal import Journal, Run, chain
from opsctl.journal.runs import RunRecord, records
from opsctl.plan import Call, Danger, Do, Manual, Plan, Step, Wait, undo_steps
from opsctl.state import LocalStore
from opsctl.state.processes import Process


def setting(number: int, former: int) -> Do:
    """A change with an undo."""
    back = Do(f"Set {former}", Call("ecs", "set_count", {"count": former}))
    return Do(f"Set {number}", Call("ecs", "set_count", {"count": number}), undo=(back,))


def raising(number: int) -> Do:
    back = Do(f"Lower to {number - 1}", Call("autoscaling", "bounds", {"maximum": number - 1}))
    return Do(
        f"Raise to {number}", Call("autoscaling", "bounds", {"maximum": number}), undo=(back,)
    )


WAIT = Wait("Wait", Call("ecs", "look"), timeout=60.0)
NOTE = Do("Write a note", Call("logs", "note", {}), no_undo="a note harms nobody")


class Book:
    """A journal whose runs are told in a line."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    def begin(self, *steps: Step, undoes: str = "", account: str = "1") -> Run:
        result = {"undoes": undoes} if undoes else {}
        return self.journal.begin(
            command="scale count",
            caller="arn:aws:iam::1:user/ana",
            plan=Plan("set the count", steps, Danger.MODERATE, result=result),
            reason="busy",
            account=account,
            region="eu-west-1",
        )

    def run(self, *steps: Step, undoes: str = "", status: str = "done", code: int = 0) -> str:
        run = self.begin(*steps, undoes=undoes)
        for index, step in enumerate(steps):
            run.step_began(index, step)
            run.step_ended(index, status="done")
        run.ended(status=status, exit_code=code)
        return run.id

    def undo(self, run: str) -> str:
        record = self.journal.run(run)
        return self.run(*undo_steps(it.step for it in record.in_effect), undoes=run)

    def __getitem__(self, run: str) -> RunRecord:
        return self.journal.run(run)


@pytest.fixture
def book(tmp_path: Any) -> Book:
    return Book(Journal(LocalStore(tmp_path / "opsctl"), "prod"))


def test_a_finished_run_tells_all_that_was_written(book: Book) -> None:
    run = book.begin(setting(5, 2), WAIT)
    run.step_began(0, setting(5, 2))
    run.step_ended(0, status="done", answer={"deployment": "d-1"}, requests=["req-1", "req-2"])
    run.step_began(1, WAIT)
    run.step_ended(1, status="failed", error="it never came")
    run.ended(status="failed", exit_code=20, error="it never came")
    record = book[run.id]
    assert (record.status, record.exit_code, record.error) == ("failed", 20, "it never came")
    assert (record.command, record.reason, record.danger) == ("scale count", "busy", "moderate")
    assert (record.env, record.account, record.region) == ("prod", "1", "eu-west-1")
    assert record.digest == Plan("", (setting(5, 2), WAIT)).digest
    first, second = record.steps
    assert (first.status, first.answer, first.requests) == (
        "done",
        {"deployment": "d-1"},
        ("req-1", "req-2"),
    )
    assert first.step == setting(5, 2)
    assert (second.status, second.error) == ("failed", "it never came")
    assert record.ended is not None
    assert timedelta(0) <= record.ended - record.began < timedelta(seconds=30)


@pytest.mark.parametrize(
    ("code", "status"), [(22, "interrupted"), (23, "rolled_back"), (24, "timed_out")]
)
def test_exit_codes_with_a_meaning_of_their_own_name_the_status(
    book: Book, code: int, status: str
) -> None:
    assert book[book.run(WAIT, status="failed", code=code)].status == status


def test_a_run_whose_process_lives_is_running_and_so_is_its_step(book: Book) -> None:
    run = book.begin(setting(5, 2), WAIT)
    run.step_began(0, setting(5, 2))
    record = book[run.id]
    assert (record.status, [step.status for step in record.steps]) == (
        "running",
        ["running", "pending"],
    )


def test_a_step_without_an_end_in_an_ended_run_is_unknown(book: Book) -> None:
    run = book.begin(setting(5, 2))
    run.step_began(0, setting(5, 2))
    run.ended(status="failed", exit_code=1, error="KeyError")
    assert book[run.id].steps[0].status == "unknown"
    assert [step.index for step in book[run.id].in_effect] == [0]


def test_a_step_that_was_not_in_the_plan_is_kept_with_its_own_words(book: Book) -> None:
    run = book.begin(setting(5, 2))
    run.step_began(1, WAIT)
    run.step_ended(1, status="done")
    run.ended(status="done", exit_code=0)
    assert [step.step for step in book[run.id].steps] == [setting(5, 2), WAIT]


def test_only_changes_that_were_made_are_in_effect(book: Book) -> None:
    run = book.begin(setting(5, 2), WAIT, raising(8), setting(6, 5), Manual("Tell", "Tell them"))
    run.step_began(0, setting(5, 2))
    run.step_ended(0, status="done")
    run.step_began(1, WAIT)
    run.step_ended(1, status="done")
    run.step_began(2, raising(8))
    run.step_ended(2, status="failed", error="no")
    run.ended(status="failed", exit_code=20)
    assert [step.index for step in book[run.id].in_effect] == [0]


def test_a_run_that_was_undone_is_no_longer_in_effect(book: Book) -> None:
    run = book.run(setting(5, 2), WAIT, NOTE)
    undo = book.run(*undo_steps([setting(5, 2)]), undoes=run)
    record = book[run]
    assert [step.index for step in record.in_effect] == [2]
    assert record.steps[0].undone_by == undo


def test_a_run_is_undone_when_nothing_of_it_is_left(book: Book) -> None:
    run = book.run(setting(5, 2), raising(8))
    undo = book.undo(run)
    assert book[run].undone_by == undo
    assert book[run].label == "done, undone"
    assert book[undo].undone_by == ""


def test_undoing_the_undo_brings_the_run_back(book: Book) -> None:
    run = book.run(setting(5, 2))
    undo = book.undo(run)
    again = book.undo(undo)
    assert book[undo].undone_by == again
    assert book[run].undone_by == ""
    assert len(book[run].in_effect) == 1
    assert book[again].steps[0].step.call == setting(5, 2).call  # type: ignore[union-attr]


def test_an_undo_that_failed_half_way_leaves_the_rest_in_effect(book: Book) -> None:
    run = book.run(setting(5, 2), raising(8))
    back = list(undo_steps([setting(5, 2), raising(8)]))
    cut = book.begin(*back, undoes=run)
    cut.step_began(0, back[0])
    cut.step_ended(0, status="done")
    cut.step_began(1, back[1])
    cut.step_ended(1, status="failed", error="changed meanwhile")
    cut.ended(status="failed", exit_code=20)
    assert [step.step for step in book[run].in_effect] == [setting(5, 2)]
    assert book[run].undone_by == ""


def test_an_undo_by_hand_counts_when_it_was_confirmed(book: Book) -> None:
    by_hand = Do("Send", Call("ses", "send"), undo=(Manual("Call them", "Say it was wrong"),))
    run = book.run(by_hand)
    undo = book.undo(run)
    assert book[run].undone_by == undo


def event(**changes: Any) -> Mapping[str, Any]:
    began = {
        "event": "began",
        "run": "r1",
        "at": datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
        "process": {"host": "h", "pid": 1, "started": "s"},
        "steps": [{"kind": "do", "title": "Fly", "wings": 2}],
        "opsctl": "9.0.0",
        "undoes": "",
        "operator": "ana@h",
        "digest": "d",
    }
    words = ("command", "env", "account", "region", "caller", "reason", "summary", "danger")
    return {**dict.fromkeys(words, "x"), **began, **changes}


def dead(process: Process) -> bool:
    return False


def test_a_step_of_another_version_is_shown_but_marked() -> None:
    (record,) = records([event()], dead)
    (step,) = record.steps
    assert (step.step.title, step.readable) == ("Fly", False)


def test_a_run_that_somebody_garbled_is_passed_over() -> None:
    good = event(run="r2")
    garbled = {**event(), "process": "me"}
    assert [record.id for record in records([good, garbled, {"run": "r3"}], dead)] == ["r2"]


def test_reading_takes_no_more_lines_than_the_runs_that_are_asked_for(book: Book) -> None:
    for _ in range(5):
        book.run(WAIT)
    read = []

    def lines() -> Any:
        for line in LocalStore(book.journal._store.directory).newest_first("journal/prod"):  # type: ignore[attr-defined]
            read.append(line)
            yield chain.event(line)

    next(records(lines(), dead))
    assert len(read) == 4


def test_an_emergency_and_who_was_told_are_kept_and_older_runs_have_neither(book: Book) -> None:
    run = book.begin(setting(5, 2))
    run.told("before", [{"channel": "Slack", "ok": True, "detail": ""}])
    run.ended(status="done", exit_code=0)
    run.told("after", [{"channel": "Slack", "ok": False, "detail": "HTTP 404"}])
    record = book[run.id]
    assert (record.status, record.emergency) == ("done", "")
    assert [(it["when"], it["ok"]) for it in record.told] == [("before", True), ("after", False)]
    began = {"event": "began", "run": run.id, "at": "2026-11-26T12:00:00.000000Z"}
    old = (
        next(
            it
            for it in map(chain.event, book.journal._store.newest_first(book.journal.log))
            if it and it["event"] == "began"
        )
        | began
    )
    old.pop("emergency")
    (read,) = records([old], lambda _: False)
    assert (read.emergency, read.told) == ("", ())


def test_an_undo_by_hand_that_was_not_confirmed_does_not_count(book: Book) -> None:
    by_hand = Do("Send", Call("ses", "send"), undo=(Manual("Call them", "Say it was wrong"),))
    run = book.run(by_hand)
    book.run(*undo_steps([by_hand]), undoes=run, status="cancelled", code=16)
    assert book[run].undone_by == ""
    assert len(book[run].in_effect) == 1


def test_an_undo_that_was_cut_off_may_not_have_taken_anything_back(book: Book) -> None:
    run = book.run(setting(5, 2))
    (back,) = undo_steps([setting(5, 2)])
    cut = book.begin(back, undoes=run)
    cut.step_began(0, back)
    cut.step_ended(0, status="interrupted")
    cut.ended(status="interrupted", exit_code=22)
    assert book[run].undone_by == ""
    assert len(book[run].in_effect) == 1


def test_an_undo_that_failed_took_back_only_one_of_two_equal_changes(book: Book) -> None:
    run = book.run(setting(5, 2), setting(5, 2))
    back = list(undo_steps([setting(5, 2)] * 2))
    cut = book.begin(*back, undoes=run)
    for index, status in enumerate(("done", "failed")):
        cut.step_began(index, back[index])
        cut.step_ended(index, status=status)
    cut.ended(status="failed", exit_code=20)
    assert len(book[run].in_effect) == 1
