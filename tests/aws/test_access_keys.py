"""Access keys: a second one handed over once, the first switched off, deleted."""

from __future__ import annotations

import stat
import uuid
from pathlib import Path

import pytest

from opsctl import errors
from opsctl.aws import Aws


@pytest.fixture
def user(local: Aws) -> str:
    name = f"u-{uuid.uuid4()}"
    with local.changing():
        local.client("iam").create_user(UserName=name)
        local.client("iam").create_access_key(UserName=name)
    return name


def ids(aws: Aws, user: str) -> list[str]:
    return [it.id for it in aws.access_keys.of_user(user)]


def test_a_new_key_goes_to_a_file_of_its_owner_alone(local: Aws, user: str, tmp_path: Path) -> None:
    to = tmp_path / "key.ini"
    with local.changing():
        answer = local.access_keys.create(user, ids(local, user), str(to))
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    assert f"aws_access_key_id = {answer['access_key']}" in to.read_text()
    secret = to.read_text().split("aws_secret_access_key = ")[1].strip()
    assert len(secret) > 10
    assert secret not in str(answer)
    assert local.access_keys.take() is None


def test_without_a_file_it_is_handed_out_once(local: Aws, user: str) -> None:
    with local.changing():
        answer = local.access_keys.create(user, ids(local, user))
    made = local.access_keys.take()
    assert made is not None
    assert made[0] == answer["access_key"]
    assert local.access_keys.take() is None


def test_where_the_file_cannot_be_made_no_key_is_made(
    local: Aws, user: str, tmp_path: Path
) -> None:
    before = ids(local, user)
    (tmp_path / "there").write_text("kept")
    for to in (tmp_path / "there", tmp_path / "no" / "folder"):
        with local.changing(), pytest.raises(errors.Forbidden):
            local.access_keys.create(user, before, str(to))
    assert ids(local, user) == before
    assert (tmp_path / "there").read_text() == "kept"


def test_a_key_that_somebody_else_made_is_noticed(local: Aws, user: str) -> None:
    with local.changing(), pytest.raises(errors.FactsChanged):
        local.access_keys.create(user, [])


def test_off_on_and_deleted_only_when_off(local: Aws, user: str) -> None:
    (key,) = ids(local, user)
    with local.changing():
        with pytest.raises(errors.FactsChanged):
            local.access_keys.delete_inactive(user, key)
        local.access_keys.set_status(user, key, "Inactive")
        assert not local.access_keys.of_user(user)[0].active
        local.access_keys.set_status(user, key, "Active")
        local.access_keys.set_status(user, key, "Inactive")
        local.access_keys.delete_inactive(user, key)
        local.access_keys.delete_inactive(user, key)
        with pytest.raises(errors.FactsChanged):
            local.access_keys.set_status(user, key, "Active")
    assert ids(local, user) == []


def test_what_a_run_made_is_deleted_and_nothing_else(local: Aws, user: str) -> None:
    before = ids(local, user)
    with local.changing():
        local.access_keys.create(user, before)
        local.access_keys.keep_only(user, before)
    assert ids(local, user) == before


def test_a_user_that_is_not_there_is_not_found(local: Aws) -> None:
    with pytest.raises(errors.NotFound):
        local.access_keys.of_user("nobody-of-that-name")
