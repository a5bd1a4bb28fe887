from __future__ import annotations

from pathlib import Path

import pytest
from erasing import CASE, add_user, door

from opsctl.aws import Aws
from opsctl.errors import NotFound
from opsctl.sandbox.emulator import Emulator
from opsctl.state.subjects import Subjects


@pytest.fixture
def aws(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aws:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return door(emulator)


def test_username_address_and_sub_are_one_person(aws: Aws) -> None:
    subject = add_user(aws, "per1", objects=0, items=0)
    for name in subject.identifiers:
        found = aws.persons.resolve(aws.target.user_pool, name)
        assert found.subject == subject
        assert found.person is not None
        assert found.former is None


def test_who_has_no_account_is_taken_by_the_name_itself(aws: Aws) -> None:
    found = aws.persons.resolve(aws.target.user_pool, "old-user")
    assert found.subject.names == {"user_id": "old-user"}
    assert found.person is None
    assert found.is_complete
    assert aws.persons.resolve("", "old-user").subject == found.subject


def test_after_the_account_is_gone_an_open_case_s_file_tells_who_an_alias_is(aws: Aws) -> None:
    subject = add_user(aws, "per2", objects=0, items=0)
    aws.erasure.cases.open(CASE, subject.user_id, subject.identifiers)
    Subjects().keep(CASE, subject.to_json())
    with aws.changing():
        aws.cognito_users.delete(aws.target.user_pool, "per2")
    for name in ("per2@example.com", "PER2@Example.com", subject.sub):
        found = aws.persons.resolve(aws.target.user_pool, name)
        assert found.subject == subject
        assert found.former is not None
        assert found.former.id == CASE

    Subjects().forget(CASE)
    assert not aws.persons.resolve(aws.target.user_pool, "per2@example.com").is_complete
    assert aws.persons.resolve(aws.target.user_pool, "per2").is_complete


def test_an_address_that_was_changed_since_the_case_began_is_kept(aws: Aws) -> None:
    subject = add_user(aws, "per3", objects=0, items=0)
    aws.erasure.cases.open(CASE, subject.user_id, subject.identifiers)
    Subjects().keep(CASE, {**subject.to_json(), "email": "former@example.com"})
    found = aws.persons.resolve(aws.target.user_pool, "per3")
    assert found.subject.email == "per3@example.com"
    assert "former@example.com" in found.subject.identifiers


def test_a_pool_that_is_not_there_is_no_person_without_an_account(aws: Aws) -> None:
    with pytest.raises(NotFound, match="pool"):
        aws.persons.resolve("us-east-1_nowhere", "per1")
