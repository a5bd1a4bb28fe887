"""User data, through the emulator: what there is, and nothing that tells whose it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from erasing import add_user, door

from opsctl.aws import Aws
from opsctl.errors import NotFound
from opsctl.reports import user_data
from opsctl.sandbox.emulator import Emulator
from opsctl.terminal.json_output import dumps


@pytest.fixture
def aws(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aws:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return door(emulator)


def test_what_there_is_is_counted_and_only_the_operator_is_told_whose_it_is(aws: Aws) -> None:
    subject = add_user(aws, "nora", objects=2, items=1)
    told: list[str] = []
    found = user_data.gather(aws, "nora@example.com", told.append)
    counts = {it.name: it.counts for it in found.stores}
    assert counts[f"s3://{aws.target.bucket}/images/{{user_id}}/"]["versions"] == 4
    assert counts[f"dynamodb:{aws.target.table}"]["items"] == 1
    assert all(name in told[0] for name in ("nora", subject.sub, "nora@example.com"))
    document = dumps(found)
    assert not any(name in document for name in subject.identifiers)


def test_looking_begins_no_case_and_writes_nothing(aws: Aws, tmp_path: Path) -> None:
    add_user(aws, "nils", objects=1, items=1)
    before = len([it for it in aws.requests if it.mutating])
    user_data.gather(aws, "nils", lambda whom: None)
    assert len([it for it in aws.requests if it.mutating]) == before
    assert aws.erasure.cases.all() == ()
    assert not list(tmp_path.rglob("subjects"))


def test_nobody_is_not_found(aws: Aws) -> None:
    with pytest.raises(NotFound):
        user_data.gather(aws, "nobody", lambda whom: None)
