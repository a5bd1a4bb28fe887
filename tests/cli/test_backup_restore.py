"""`opsctl backup restore s3`: a moment or a backup, and which keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from asked import Asked

from opsctl.plan import Danger
from opsctl.procedures.restore_objects import Request


def test_how_long_ago_becomes_a_moment(asked: Asked) -> None:
    assert asked("backup", "restore", "s3", "--at", "2h", "-e", "local") == 0
    name, request, danger = asked.last
    assert (name, danger) == ("backup restore s3", Danger.SEVERE)
    at = datetime.fromisoformat(request.at)
    assert abs(datetime.now(UTC) - timedelta(hours=2) - at) < timedelta(minutes=1)
    assert (request.backup, request.prefix, request.delete_newer) == ("", "", False)


def test_a_backup_a_prefix_and_newer_ones_are_passed_on(asked: Asked) -> None:
    words = ("s3-1.a_b", "--prefix", "images/ana/", "--delete-newer")
    assert asked("backup", "restore", "s3", *words, "-e", "local") == 0
    assert asked.last[1] == Request("local", "", "s3-1.a_b", "images/ana/", True)
