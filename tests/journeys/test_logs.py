"""Journeys through the logs: nothing lost, nothing twice, and an end without noise."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from running import RunningSandbox, until

pytestmark = pytest.mark.journey

BURSTS, EACH = 10, 5_000


@pytest.fixture
def quiet(sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    """The sandbox, without the bursts of a journey afterwards."""
    yield sandbox
    sandbox.ask("DELETE", "faults")
    sandbox.ask("DELETE", "log-burst")


class Tail:
    """`opsctl logs tail -o json` as a process that writes into files."""

    def __init__(self, sandbox: RunningSandbox, folder: Path, *words: str) -> None:
        self.out, self.err = folder / "out", folder / "err"
        self._read, self._counted = 0, 0
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "opsctl",
                    "logs",
                    "tail",
                    "-o",
                    "json",
                    "-e",
                    "local",
                    *words,
                ],
                env=dict(sandbox.environ),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    def count(self) -> int:
        """Lines so far that are of a burst."""
        with self.out.open("rb") as out:
            out.seek(self._read)
            whole, end, _ = out.read().rpartition(b"\n")
        self._read += len(whole) + len(end)
        self._counted += whole.count(b'"logger":"burst"')
        return self._counted

    def has_shown(self, lines: int) -> bool:
        return self.count() >= lines

    def numbers(self) -> Counter[int]:
        """How often each number of a burst was shown."""
        lines = map(json.loads, self.out.read_text().splitlines())
        fields: list[dict[str, Any]] = [it["fields"] or {} for it in lines]
        return Counter(it["n"] for it in fields if "n" in it)

    def end(self) -> int:
        """Ctrl-C, and the exit code."""
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(60)
        finally:
            self.process.kill()


def test_fifty_thousand_events_in_bursts_are_shown_once_each(
    quiet: RunningSandbox, tmp_path: Path
) -> None:
    tail = Tail(quiet, tmp_path, "--since", "2m")
    for burst in range(BURSTS):
        body = {"events": EACH, "late": EACH // 10, "late_by": 60, "first": burst * EACH}
        quiet.ask("POST", "log-burst", body)
        # The next comes while this one is read.
        until(partial(tail.has_shown, burst * EACH + 1))
    until(lambda: tail.count() >= BURSTS * EACH)
    assert tail.end() == 130
    assert tail.numbers() == Counter(range(BURSTS * EACH))
    assert tail.err.read_text() == ""


def test_throttling_is_waited_out_and_told(quiet: RunningSandbox, tmp_path: Path) -> None:
    fault = {"operation": "FilterLogEvents", "code": "ThrottlingException", "times": 4}
    quiet.ask("POST", "faults", fault)
    quiet.ask("POST", "log-burst", {"events": 100})
    tail = Tail(quiet, tmp_path, "--since", "1m")
    until(lambda: tail.count() == 100)
    assert tail.end() == 130
    said = tail.err.read_text()
    assert "asking again in 1 s." in said
    assert "\x1b" not in said


def test_a_live_tail_shows_each_event_once_and_falls_back_when_it_is_a_sample(
    quiet: RunningSandbox, tmp_path: Path
) -> None:
    quiet.ask("POST", "log-burst", {"events": 50})
    tail = Tail(quiet, tmp_path, "--live", "--since", "1m")
    until(lambda: tail.count() == 50)
    quiet.ask("POST", "log-burst", {"events": 50, "first": 50})
    until(lambda: tail.count() == 100)
    assert b'"id":""' in tail.out.read_bytes()
    quiet.ask("POST", "log-burst", {"events": 3_000, "first": 100})
    until(lambda: tail.count() >= 3_100)
    assert tail.end() == 130
    assert tail.numbers() == Counter(range(3_100))
    assert "sample" in tail.err.read_text()


def test_a_search_ends_with_its_reader_and_shows_no_escapes(quiet: RunningSandbox) -> None:
    quiet.ask("POST", "log-burst", {"events": 20_000})
    search = f"{sys.executable} -m opsctl logs search CAPTIONS -e local"
    shell = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {search} | head -1"],
        env={**os.environ, **quiet.environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert shell.returncode == 0
    assert len(shell.stdout.splitlines()) == 1
    assert "\x1b" not in shell.stdout
    assert shell.stderr == ""


def test_a_query_answers_as_json(quiet: RunningSandbox) -> None:
    quiet.ask("POST", "log-burst", {"events": 100, "level": "ERROR"})
    ended = quiet.opsctl("logs", "query", "errors", "-e", "local", "-o", "json")
    assert ended.returncode == 0
    answer = json.loads(ended.stdout)["result"]
    assert len(answer["rows"]) == 100
    assert answer["rows"][0]["level"] == "ERROR"
