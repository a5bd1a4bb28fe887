"""Taking and releasing by hand: what is shown and what is journaled."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsctl.cli import lock_changes
from opsctl.cli.options import Common
from opsctl.cli.wiring import Session
from opsctl.errors import Locked, OpsctlError
from opsctl.lock import Lock
from opsctl.outcome import Outcome


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return Session(Common(env="local", yes=True, reason="sale day"), "lock take")


def test_a_freeze_is_a_plan_that_says_how_it_ends(session: Session) -> None:
    outcome = lock_changes.take(session, None)
    assert outcome.plan is not None
    (step,) = outcome.plan.steps
    assert step.title == "Freeze local until it is released"
    assert "opsctl lock release -e local" in getattr(step, "no_undo", "")
    assert (outcome.status, [it.status for it in outcome.steps]) == ("done", ["done"])
    assert outcome.result["frozen"] is True


def test_what_failed_is_journaled_as_failed(session: Session) -> None:
    def act() -> dict[str, object]:
        raise Locked("somebody was faster")

    plan = lock_changes.take(session, 60).plan
    assert plan is not None
    with pytest.raises(OpsctlError):
        lock_changes._journaled(session, Outcome("lock take", "planned"), plan, act)  # type: ignore[arg-type]
    run = session.journal.run("last")
    assert (run.exit_code, run.error) == (14, "somebody was faster")
    assert run.steps[0].status == "failed"


def test_releasing_says_whose_lock_it_is_and_why_it_is_there(session: Session) -> None:
    theirs = Lock(
        session.store, "local", account=session.target.account, owner="bob@desk", environ={}
    )
    theirs.take("their sale")
    outcome = lock_changes.release(session)
    assert outcome.plan is not None
    assert outcome.plan.summary == "release bob@desk's freeze of local"
    assert "their sale" in outcome.plan.notes[0]
    assert outcome.result == {"released": True}


def test_what_somebody_else_took_after_the_question_stays(session: Session) -> None:
    lock_changes.take(session, None)
    seen = session.lock.show()
    assert seen is not None
    session.lock.release()
    theirs = Lock(
        session.store, "local", account=session.target.account, owner="bob@desk", environ={}
    )
    theirs.take("their sale")
    with pytest.raises(Locked, match="their sale"):
        session.lock.release(force=True, only=seen)
