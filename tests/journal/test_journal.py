import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from opsctl import __version__
from opsctl.errors import Forbidden, NotFound, StepFailed, Unreachable
from opsctl.journal import Journal, Run
from opsctl.plan import Call, Danger, Do, Plan, Wait
from opsctl.state import LocalStore

BACK = Do("Set 2", Call("ecs", "set_count", {"count": 2}))
STEP = Do("Set 5", Call("ecs", "set_count", {"count": 5}), undo=(BACK,))
PLAN = Plan("set the count", (STEP, Wait("Wait", Call("ecs", "look"), 60.0)), Danger.MODERATE)


class Full(LocalStore):
    """A store whose disk is full after so many lines."""

    room = 0

    def append(self, log: str, make: Callable[[bytes], bytes]) -> None:
        if self.room == 0:
            raise Unreachable("the disk is full", hint="make room")
        self.room -= 1
        super().append(log, make)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "opsctl"


@pytest.fixture
def journal(folder: Path) -> Journal:
    return Journal(LocalStore(folder), "prod")


def begin(journal: Journal, plan: Plan = PLAN, **changes: Any) -> Run:
    words: dict[str, Any] = {
        "command": "scale count",
        "caller": "arn:aws:iam::1:user/ana",
        "reason": "busy",
        "account": "1",
        "region": "eu-west-1",
        "danger": "moderate",
    }
    return journal.begin(plan=plan, **{**words, **changes})


def lines(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "journal/prod.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_every_event_is_on_the_disk_before_the_call_returns(journal: Journal, folder: Path) -> None:
    run = begin(journal)
    assert [line["event"] for line in lines(folder)] == ["began"]
    run.step_began(0, STEP)
    assert [line["event"] for line in lines(folder)] == ["began", "step_began"]
    run.step_ended(0, status="done", requests=["req-1"])
    run.ended(status="done", exit_code=0)
    assert [line["event"] for line in lines(folder)][2:] == ["step_ended", "ended"]


def test_an_event_holds_who_what_where_when_and_why(journal: Journal, folder: Path) -> None:
    run = begin(journal)
    (began,) = lines(folder)
    assert began["run"] == run.id
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{4}", run.id)
    assert datetime.fromisoformat(began["at"]).tzinfo == UTC
    assert began["at"].endswith("Z")
    assert began["opsctl"] == __version__
    assert began["digest"] == PLAN.digest
    assert began["process"]["pid"] == os.getpid()
    assert began["process"]["host"] == os.uname().nodename
    assert began["process"]["started"]
    assert began["steps"][0]["undo"][0]["call"]["arguments"] == {"count": 2}
    for name in ("command", "env", "account", "region", "caller", "reason", "danger", "operator"):
        assert began[name], name


def test_the_journal_is_for_its_owner(journal: Journal, folder: Path) -> None:
    begin(journal)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "journal/prod.jsonl")]
    assert modes == [0o700, 0o600]


def test_the_danger_of_the_plan_counts_when_no_other_is_told(journal: Journal) -> None:
    assert journal.run(begin(journal, danger="").id).danger == "moderate"


def test_a_run_that_cannot_be_journaled_does_not_begin(folder: Path) -> None:
    with pytest.raises(Forbidden, match=r"Nothing was changed.*disk is full") as raised:
        begin(Journal(Full(folder), "prod"))
    assert raised.value.hint == "make room"


def test_no_step_begins_that_cannot_be_journaled(folder: Path) -> None:
    store = Full(folder)
    store.room = 1
    run = begin(Journal(store, "prod"))
    with pytest.raises(Forbidden, match="nothing further is started"):
        run.step_began(0, STEP)


def test_a_journal_that_fails_in_the_middle_says_that_something_was_changed(folder: Path) -> None:
    store = Full(folder)
    store.room = 2
    run = begin(Journal(store, "prod"))
    run.step_began(0, STEP)
    with pytest.raises(StepFailed):
        run.step_ended(0, status="done")


def test_runs_come_newest_first(journal: Journal) -> None:
    ids = [begin(journal).id for _ in range(3)]
    assert [run.id for run in journal.runs()] == ids[::-1]
    assert [run.id for run in journal.runs(2)] == ids[:0:-1]


def test_environments_have_journals_of_their_own(folder: Path, journal: Journal) -> None:
    begin(journal)
    assert Journal(LocalStore(folder), "dev").runs() == []


def test_a_run_is_found_by_its_id_a_unique_beginning_or_last(journal: Journal) -> None:
    first, second = begin(journal).id, begin(journal).id
    begin(journal, Plan("nothing"))
    assert journal.run(first).id == first
    assert journal.run(first[:-1] if first[:-1] != second[:-1] else first).id == first
    assert journal.run("last").id == second


def test_an_unclear_beginning_names_the_runs(journal: Journal) -> None:
    first, second = begin(journal).id, begin(journal).id
    with pytest.raises(NotFound, match=f"More than one.*{second}.*{first}"):
        journal.run("20")


def test_an_unknown_run_names_those_that_come_near(journal: Journal) -> None:
    run = begin(journal).id
    wrong = run[:-2] + "zz"
    with pytest.raises(NotFound, match=wrong) as raised:
        journal.run(wrong)
    assert run in raised.value.hint
    with pytest.raises(NotFound):
        journal.run("")


def test_an_empty_journal_has_no_last_run(journal: Journal) -> None:
    with pytest.raises(NotFound, match="no run yet"):
        journal.run("last")


def test_later_runs_of_the_same_account_are_told(journal: Journal) -> None:
    first = begin(journal).id
    begin(journal, account="2")
    third = begin(journal).id
    assert [run.id for run in journal.later_than(journal.run(first))] == [third]


def test_an_edited_line_is_told(journal: Journal, folder: Path) -> None:
    begin(journal).ended(status="failed", exit_code=20)
    assert journal.verify() == []
    file = folder / "journal/prod.jsonl"
    file.write_text(file.read_text().replace('"exit_code": 20', '"exit_code": 0'))
    (told,) = journal.verify()
    assert told.startswith("line 2 ")
    assert journal.runs()[0].exit_code == 0


def test_a_torn_last_line_does_no_harm(journal: Journal, folder: Path) -> None:
    first = begin(journal).id
    file = folder / "journal/prod.jsonl"
    file.write_bytes(file.read_bytes() + file.read_bytes()[:70])
    assert [run.id for run in journal.runs()] == [first]
    assert journal.unreadable == 1
    second = begin(journal).id
    assert [run.id for run in journal.runs()] == [second, first]
    assert journal.verify() == []
    assert len(journal.examine().torn) == 1


def test_every_way_of_tearing_the_last_line_leaves_the_journal_usable(
    journal: Journal, folder: Path
) -> None:
    begin(journal).ended(status="done", exit_code=0)
    whole = (folder / "journal/prod.jsonl").read_bytes()
    start = whole[:-1].rindex(b"\n") + 1
    for end in range(start, len(whole)):
        (folder / "journal/prod.jsonl").write_bytes(whole[:end])
        begin(journal)
        assert journal.verify() == []
        assert len(journal.runs()) == 2


CUT_OFF = """
import os, sys
from pathlib import Path
from opsctl.journal import Journal
from opsctl.plan import Call, Do, Plan
from opsctl.state import LocalStore
step = Do("Set 5", Call("ecs", "set_count", {"count": 5}), no_undo="x")
run = Journal(LocalStore(Path(sys.argv[1])), "prod").begin(
    command="scale count", caller="arn", plan=Plan("set", (step, step)), reason="", account="1",
    region="eu-west-1", danger="mild")
run.step_began(0, step)
print(run.id, flush=True)
input()
"""


def test_a_run_that_was_killed_in_a_step_is_unknown_and_told_of_once(
    journal: Journal, folder: Path
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CUT_OFF, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    run = child.stdout.readline().strip()
    assert journal.run(run).status == "running"
    assert journal.unfinished() == []
    child.send_signal(signal.SIGKILL)
    child.communicate()
    (cut,) = journal.unfinished()
    assert (cut.id, cut.status) == (run, "unknown")
    assert [step.status for step in cut.steps] == ["unknown", "pending"]
    after = begin(journal)
    journal.examined(run, by=after.id)
    assert journal.unfinished() == []
    assert journal.run(run).status == "unknown"
    assert journal.run(run).examined_by == after.id
    assert journal.verify() == []


def test_a_cut_off_run_of_another_account_is_not_told_when_one_is_asked_for(
    journal: Journal, folder: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CUT_OFF, str(folder)], input="\n", text=True, capture_output=True
    )
    assert done.returncode == 0
    assert len(journal.unfinished()) == 1
    assert len(journal.unfinished("1")) == 1
    assert journal.unfinished("2") == []


def test_a_run_that_only_followed_without_the_lock_left_nothing_unknown(
    journal: Journal, folder: Path
) -> None:
    wait = 'Wait("Follow", Call("ecs", "look", {}), timeout=5, unlocked=True)'
    followed = CUT_OFF.replace("run.step_began(0, step)", "run.step_began(1, wait)")
    followed = followed.replace("(step, step)", "(step, wait)").replace(
        "Do, Plan", "Do, Plan, Wait"
    )
    followed = followed.replace("run = ", f"wait = {wait}\nrun = ")
    for script, left in ((followed, 0), (followed.replace(", unlocked=True", ""), 1)):
        done = subprocess.run(
            [sys.executable, "-c", script, str(folder)], input="\n", text=True, capture_output=True
        )
        assert done.returncode == 0, done.stderr
        assert journal.run("last").status == "unknown"
        assert len(journal.unfinished()) == left


def test_a_run_on_another_machine_runs_as_long_as_it_holds_the_lock(
    journal: Journal, folder: Path
) -> None:
    run = begin(journal)
    file = folder / "journal/prod.jsonl"
    file.write_text(file.read_text().replace(os.uname().nodename, "elsewhere"))
    held = {"elsewhere"}
    seen = Journal(LocalStore(folder), "prod", holds=lambda process: process.host in held)
    assert seen.run(run.id).status == "running"
    held.clear()
    assert seen.run(run.id).status == "unknown"


WRITER = """
import sys
from pathlib import Path
from opsctl.journal import Journal
from opsctl.plan import Plan
from opsctl.state import LocalStore
journal = Journal(LocalStore(Path(sys.argv[1])), "prod")
for _ in range(15):
    run = journal.begin(command="c", caller="a", plan=Plan("p"), reason="", account="1",
                        region="r", danger="mild")
    run.ended(status="done", exit_code=0)
"""


def test_processes_that_write_at_once_keep_the_chain_whole(journal: Journal, folder: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(folder)]) for _ in range(4)]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    assert journal.verify() == []
    assert [run.status for run in journal.runs()] == ["done"] * 60


KILLED = """
import sys
from pathlib import Path
from opsctl.journal import Journal
from opsctl.plan import Plan
from opsctl.state import LocalStore
journal = Journal(LocalStore(Path(sys.argv[1])), "prod")
print("writing", flush=True)
while True:
    journal.begin(command="c" * 500, caller="a", plan=Plan("p"), reason="", account="1",
                  region="r", danger="mild")
"""


def test_a_writer_that_is_killed_at_any_moment_never_breaks_the_chain(
    journal: Journal, folder: Path
) -> None:
    for attempt in range(5):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.013 * attempt)
        child.kill()
        child.communicate()
    begin(journal)
    assert journal.verify() == []
    assert journal.runs(1)[0].status == "running"


def test_importing_journal_and_lock_is_light() -> None:
    heavy = "asyncio socket ssl subprocess boto3 botocore rich typer hmac random email"
    program = (
        "import sys; import opsctl.journal, opsctl.lock; "
        f"print([name for name in {heavy.split()} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_run_tells_the_incident_that_it_belongs_to(folder: Path) -> None:
    during = Journal(LocalStore(folder), "prod", incident=lambda: "20261123-1")
    begin(during).ended(status="done", exit_code=0)
    begin(Journal(LocalStore(folder), "prod")).ended(status="done", exit_code=0)
    assert [run.incident for run in during.runs()] == ["", "20261123-1"]


def test_nothing_is_begun_for_an_incident_there_is_not(folder: Path) -> None:
    def unknown() -> str:
        raise NotFound("prod has no incident 1")

    with pytest.raises(Forbidden, match="no incident 1"):
        begin(Journal(LocalStore(folder), "prod", incident=unknown))
    assert Journal(LocalStore(folder), "prod").runs() == []
