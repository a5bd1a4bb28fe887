"""What a restore needs to be allowed."""

from __future__ import annotations

from opsctl.aws import Aws
from opsctl.procedures import restore_permissions


def test_the_caller_is_asked_about_and_nobody_when_he_is_not_known(door: Aws) -> None:
    assert restore_permissions.denied(door, "captions-2") is None
    door.sts.caller()
    assert restore_permissions.denied(door, "captions-2") == ()


def test_only_what_is_missing_or_unknown_is_told() -> None:
    assert list(restore_permissions.notes(())) == []
    (unknown,) = restore_permissions.notes(None)
    assert "could not be asked" in unknown
    (missing,) = restore_permissions.notes(("dynamodb:PutItem",))
    assert "denies you, on the new table, dynamodb:PutItem" in missing
