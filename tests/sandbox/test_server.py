"""The process: what fails in one part does not stop the others, and the log is bounded."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from opsctl.sandbox import server
from opsctl.sandbox.state_files import StateFiles


class Failing:
    def tick(self) -> None:
        raise RuntimeError("this part is broken")


def test_a_part_that_fails_is_logged_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="opsctl.sandbox"):
        server._tick(Failing())
        server._tick(Failing())
    assert caplog.text.count("Failing failed; it goes on") == 2
    assert "this part is broken" in caplog.text


def test_progress_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    server.say("ready", 'it "answers"')
    assert json.loads(capsys.readouterr().out) == {"stage": "ready", "text": 'it "answers"'}


def test_a_description_names_no_secret_of_the_application(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSCTL_SANDBOX_TASKS", "spawned")
    made = server.Server(StateFiles({"XDG_STATE_HOME": str(tmp_path)}))
    made.names = {"bucket": "b", "user_pool": "p", "secret": "arn:…", "listener": "arn:l"}
    found = made.description()
    assert found["names"]["user_pool"] == "p"
    assert found["names"]["secret"] == "image-caption-gen-secrets-local"
    assert found["made"] == {"secret": "arn:…", "listener": "arn:l"}
    assert found["tasks"] == "spawned"
    assert found["pid"] > 0
    assert found["created"] > 0
