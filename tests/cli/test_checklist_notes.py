"""The checklist beside a release: read only where an environment is protected."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from checklist_samples import said
from samples import arn, target

from opsctl.aws import Aws
from opsctl.cli import checklist_notes
from opsctl.errors import Forbidden
from opsctl.journal.checklists import Checklists, Entry, Subject
from opsctl.journal.incidents import Incidents
from opsctl.plan import Call, Do, Plan
from opsctl.procedure import Procedure
from opsctl.state import LocalStore

PLAN = Plan("Deploy", (Do("Deploy", Call("ecs", "release"), no_undo="a sample"),))
PROCEDURE: Procedure[str, int] = Procedure(
    "deploy", "Deploy a release", lambda request, aws: 1, lambda request, facts: PLAN
)
ENTRIES = (
    Entry("tests", "Tests pass in CI", "ok", "test passed"),
    Entry("notified", "Team notified", "ok", "ana said yes", "ana@desk, 11:00 UTC"),
    Entry("lock", "Nobody holds the environment", "not_ok", "a freeze"),
    Entry("image", "Image in ECR", "not_ok", "none"),
)


def desk(folder: Path, **over: Any) -> Any:
    """A session in prod, whose records lie in a folder."""
    store = LocalStore(folder)
    made = target(**{"protected": True, **over})
    return SimpleNamespace(target=made, store=store, incidents=Incidents(store, "prod"))


def notes(session: Any, tag: str = "1.3.0") -> str:
    procedure = checklist_notes.beside(session, PROCEDURE, tag)
    facts = procedure.gather("x", cast("Aws", None))
    return "\n".join(procedure.plan("x", facts).notes)


def test_where_nothing_is_protected_nothing_is_read(tmp_path: Path) -> None:
    session = desk(tmp_path, protected=False)
    assert checklist_notes.beside(session, PROCEDURE, "1.3.0") is PROCEDURE


def test_what_was_kept_for_the_tag_is_told_but_for_what_is_looked_at_anew(tmp_path: Path) -> None:
    session = desk(tmp_path)
    kept = Checklists(session.store, "prod")
    kept.keep(Subject("1.3.0", "c", arn(3)), [said("notified")], ENTRIES)
    told = notes(session)
    assert "do not hold" not in told
    assert "ok  Tests pass in CI, Team notified (ana@desk, 11:00 UTC)" in told
    assert "freeze" not in told
    assert "ECR" not in told


@pytest.mark.parametrize(
    ("tag", "command"),
    [
        ("1.4.0", "opsctl checklist deploy 1.4.0 --env prod"),
        ("", "opsctl checklist deploy --env prod"),
        ("a b", "opsctl checklist deploy 'a b' --env prod"),
    ],
)
def test_one_for_another_tag_does_not_count(tmp_path: Path, tag: str, command: str) -> None:
    session = desk(tmp_path)
    Checklists(session.store, "prod").keep(Subject("1.3.0", "c", arn(3)), [], ENTRIES)
    assert notes(session, tag) == f"Checklist: not gone through in the last 4 h: {command}"


def test_an_incident_counts_as_it_is_now(tmp_path: Path) -> None:
    session = desk(tmp_path)
    started = session.incidents.start("it burns", "sev1")
    assert f"Incident {started.id} is open." in notes(session)


def test_records_that_cannot_be_read_refuse_no_release(tmp_path: Path) -> None:
    session = desk(tmp_path)

    class Denied(LocalStore):
        def newest_first(self, log: str) -> Any:
            raise Forbidden("AccessDenied")

    session.store = Denied(tmp_path)
    assert notes(session) == "Checklist: its record could not be read: AccessDenied"
