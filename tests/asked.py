"""What a command line asks of the session: words in, request out, nothing run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from opsctl.cli import app
from opsctl.cli.wiring import Session
from opsctl.plan import Danger


@dataclass
class Asked:
    """Runs command lines and keeps what each would have run."""

    monkeypatch: pytest.MonkeyPatch
    requests: list[tuple[str, Any, Danger]] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        asked = self

        def run(
            session: Session, procedure: Any, request: Any, *, at_least: Danger = Danger.MILD
        ) -> None:
            asked.requests.append((procedure.name, request, at_least))

        def report(session: Session, make: Any, render: Any, **words: Any) -> None:
            asked.reports.append(session.name)

        self.monkeypatch.setattr(Session, "run", run)
        self.monkeypatch.setattr(Session, "report", report)

    def __call__(self, *words: str) -> int:
        return app.run(list(words))

    @property
    def last(self) -> tuple[str, Any, Danger]:
        return self.requests[-1]
