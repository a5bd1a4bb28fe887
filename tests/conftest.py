"""What every test may ask for."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from asked import Asked
from fakes import Stage
from samples import ACCOUNT
from what_ran import DONE, JOURNEYS

from opsctl.aws import Aws
from opsctl.targets import Target, default_names

# Journeys start opsctl hundreds of times; without its bytecode each start takes a second more. The
# processes that pytest-xdist starts, and those that the tests start, inherit it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

if TYPE_CHECKING:
    from running import RunningSandbox

    from opsctl.sandbox.emulator import Emulator


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Three processes share the tests, for journeys wait much. One begins with the journeys, which
    share one sandbox, another with what is done by hand, which has one of its own; a module stays
    together, since its tests share an emulator. The last of the journeys look at what all of them
    did."""

    def shares_the_sandbox(item: pytest.Item) -> bool:
        return "sandbox" in getattr(item, "fixturenames", ())

    journeys: dict[str, set[str]] = {"by hand": set(), "journeys": set(), "alone": set()}
    for item in items:
        by_hand = "hand" in getattr(item, "fixturenames", ())
        shared = "by hand" if by_hand else "journeys"
        group = shared if shares_the_sandbox(item) else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
        if shares_the_sandbox(item):
            journeys[shared].add(item.nodeid)
        elif item.get_closest_marker("journey"):
            journeys["alone"].add(item.nodeid)

    def place(item: pytest.Item) -> tuple[bool, bool]:
        return not shares_the_sandbox(item), item.get_closest_marker("last") is not None

    items.sort(key=place)
    config.stash[JOURNEYS] = journeys
    config.stash[DONE] = set()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Notes which tests were done."""
    report = yield
    if (report.when == "call" and report.passed) or report.skipped:
        item.config.stash[DONE].add(report.nodeid.partition("@")[0])
    return report


def pytest_collection_finish(session: pytest.Session) -> None:
    """Ends the run when pytest-xdist did not see the groups: every process would do all again."""
    config = session.config
    shared = hasattr(config, "workerinput") and getattr(config.option, "loadgroup", False)
    if shared and not all("@" in item.nodeid for item in session.items):
        pytest.exit("pytest-xdist does not see xdist_group: these versions do not fit", 4)


@pytest.fixture
def target() -> Target:
    """`prod` in an account of nobody."""
    return Target(env="prod", account=ACCOUNT, region="eu-west-1", **default_names("prod", ACCOUNT))


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """The sandbox's AWS in this process, seeded; it stands still but for `advance`."""
    from opsctl.sandbox.emulator import emulator as running

    with running() as made:
        yield made


@pytest.fixture(scope="module")
def local(emulator: Emulator) -> Aws:
    """The door to the emulator."""
    made = ("bucket", "backup_bucket", "backup_role", "certificate_key", "smoke_user")
    names = default_names("local", ACCOUNT)
    names |= {name: getattr(emulator.world.names, name) for name in (*made, "smoke_secret")}
    return Aws(
        Target(
            env="local",
            account=ACCOUNT,
            region="us-east-1",
            endpoint_url=emulator.endpoint_url,
            **names,
        )
    )


@pytest.fixture
def door(local: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """A new door to the emulator, whose records lie in a folder of their own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return Aws(local.target)


@pytest.fixture
def stage(tmp_path: Path, target: Target) -> Stage:
    return Stage(tmp_path, target)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """One sandbox, as `opsctl sandbox up` makes it, for all journeys; in folders of its own."""
    from running import RunningSandbox

    from opsctl.sandbox import control

    home = tmp_path_factory.mktemp("sandbox")
    kept = {name: it for name, it in os.environ.items() if not name.startswith(("AWS_", "OPSCTL_"))}
    environ = {
        **kept,
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "config"),
    }
    found = control.up(environ=environ)
    try:
        yield RunningSandbox(environ, found)
    finally:
        control.down(environ=environ)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asked:
    """Command lines, and what each would have run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("OPSCTL_CONFIG", raising=False)
    return Asked(monkeypatch)
