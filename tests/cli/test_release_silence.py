"""`--silence` of a release: what it asks for, and what it says when it is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from asked import Asked
from silencing import rule

from opsctl import errors
from opsctl.cli import release_silence
from opsctl.plan import Danger
from opsctl.procedures.quiet_release import Quiet

RELEASES = (("deploy", "1.3.0"), ("rollback",), ("restart",))


@pytest.mark.parametrize("words", RELEASES)
def test_a_release_silences_only_when_that_is_asked_for(
    asked: Asked, words: tuple[str, ...]
) -> None:
    asked(*words, "-e", "local")
    assert asked.last[1].silence is None
    asked(*words, "--silence", "--reason", "v2", "-e", "local")
    quiet = asked.last[1].silence
    assert quiet.reason == "v2"
    assert quiet.rule.startswith("opsctl-local-")


def test_it_lasts_as_long_as_the_release_may_and_five_minutes(asked: Asked) -> None:
    before = datetime.now(UTC)
    asked("deploy", "1.3.0", "--silence", "--timeout", "10m", "-e", "local")
    quiet = asked.last[1].silence
    left = datetime.fromisoformat(quiet.until) - before
    assert timedelta(minutes=15) <= left < timedelta(minutes=16, seconds=5)
    assert quiet.reason == "opsctl deploy"


class Left:
    """A session whose run ends with a code, and that knows what is still muted."""

    def __init__(self, code: int, active: Callable[[], Any]) -> None:
        self.code = code
        self.said: list[str] = []
        self.asked = 0
        self.target = SimpleNamespace(env="prod")
        self.screen = SimpleNamespace(say=lambda text, _="": self.said.append(text))
        self.aws = SimpleNamespace(mute_rules=SimpleNamespace(active=self._active))
        self._found = active

    def _active(self) -> Any:
        self.asked += 1
        return self._found()

    def say(self, text: str) -> None:
        self.said.append(text)

    def run(self, *_: Any, **__: Any) -> None:
        if self.code:
            raise typer.Exit(self.code)


QUIET = Quiet("2026-11-23T12:25:00+00:00", "opsctl-prod-x")


def ended(code: int, active: Callable[[], Any], quiet: Quiet | None = QUIET) -> Left:
    session: Any = Left(code, active)
    request = SimpleNamespace(silence=quiet)
    if not code:
        release_silence.run(session, None, request, at_least=Danger.MILD)
        return session
    with pytest.raises(typer.Exit) as raised:
        release_silence.run(session, None, request, at_least=Danger.MILD)
    assert raised.value.exit_code == code
    return session


def test_what_stays_muted_after_ctrl_c_is_told_with_its_end_and_the_command() -> None:
    left = rule("cpu-high", "high-latency", name="opsctl-prod-x-1")
    (said,) = ended(22, lambda: (left, rule("other", name="opsctl-prod-xy-1"))).said
    assert "2 alarms stay muted until 2026-11-23 12:25 UTC" in said
    assert "opsctl alarms unsilence --all --env prod" in said


def test_a_failure_that_left_nothing_muted_says_nothing() -> None:
    session = ended(23, lambda: ())
    assert (session.said, session.asked) == ([], 1)


@pytest.mark.parametrize("code", [0, 2, 11, 13, 14, 15, 16, 130])
def test_what_changed_nothing_asks_nothing(code: int) -> None:
    assert ended(code, lambda: ()).asked == 0


def test_a_release_without_it_asks_nothing() -> None:
    assert ended(22, lambda: (), quiet=None).asked == 0


def test_where_aws_does_not_answer_it_says_what_may_be() -> None:
    def lost() -> Any:
        raise errors.Unreachable("AWS does not answer")

    (said,) = ended(22, lost).said
    assert "not known" in said
    assert "2026-11-23T12:25 UTC" in said
