"""What every test may ask for."""

from __future__ import annotations

import gc
import os
import shlex
import signal
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import kinds
import pytest
import shards
import shared_models
from _pytest.unraisableexception import gc_collect_iterations_key
from asked import Asked
from botocore.retries.standard import ExponentialBackoff
from fakes import Stage
from samples import ACCOUNT
from what_ran import LEDGER, NAME, Ledger

from opsctl.aws import Aws
from opsctl.targets import Target, default_names

# Six thousand tests and botocore's models live as long as the run: while they are made, walking
# through them again and again is a tenth of all its work.
gc.disable()
# Sandboxes of the tests go faster than those of people.
os.environ["OPSCTL_SANDBOX_PACE"] = "fast"
# Journeys start opsctl hundreds of times; without its bytecode each start takes a second more. The
# processes that pytest-xdist starts, and those that the tests start, inherit it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Who starts the tests in the background of a script makes all their processes deaf to Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

if TYPE_CHECKING:
    from moto_snapshot import Snapshot
    from running import RunningSandbox

    from opsctl.sandbox.emulator import Emulator

shared_models.share()
# A busy machine makes no test fail.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")
# An AWS inside this process has no less to do for being asked later.
ExponentialBackoff._DEFAULT_BACKOFF_CONFIG["throttling_base_scale"] = 0.02

FAILED = pytest.StashKey[bool]()
_sandboxes: list[int] = []
"""Process groups of what runs for the journeys."""


def pytest_configure(config: pytest.Config) -> None:
    """A folder for what all processes of the session write down."""
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory(prefix="what-ran-")
        config.add_cleanup(folder.cleanup)
        os.environ["WHAT_RAN"] = folder.name  # for those that pytest-xdist starts
    own = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    config.stash[LEDGER] = Ledger(Path(os.environ["WHAT_RAN"]), own)
    kinds.forbid_programs_in_fast_tests()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each process begins with journeys, in a sandbox that it starts once, and goes on with the
    rest: journeys wait much. A module stays together, since its tests share an emulator. What
    looks at all of them comes last."""

    def place(item: pytest.Item) -> int:
        if item.get_closest_marker("last"):
            return len(shards.NAMES) + 1
        travels = item.get_closest_marker("journey") is not None
        return shards.of(item.path) if travels else len(shards.NAMES)

    items.sort(key=place)
    for item in items:
        item.stash[NAME] = item.nodeid  # pytest-xdist appends the group to it
        module = item.nodeid.partition("::")[0]
        group = [*shards.NAMES, module, "last"][place(item)]
        item.add_marker(pytest.mark.xdist_group(group))
        item.add_marker(kinds.kind_of(item))
    config.stash[LEDGER].journeys = {
        item.nodeid
        for item in items
        if "sandbox" in getattr(item, "fixturenames", ())
        and item.get_closest_marker("journey")
        and not item.get_closest_marker("last")
    }


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Adds up what each kind of tests costs."""
    with kinds.charged(kinds.kind_of(item)):
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """The sandbox of this process costs nothing while other tests run."""
    for pid in _sandboxes:
        os.killpg(pid, signal.SIGCONT if kinds.kind_of(item) == "journey" else signal.SIGSTOP)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Notes which tests ended, and how."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    if report.when == "teardown":
        item.config.stash[LEDGER].ended(item.stash[NAME], well=not item.stash[FAILED])
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Without the group that pytest-xdist appends: --lf would not know the test again."""
    if hasattr(report, "node"):  # it came from one of pytest-xdist's processes
        report.nodeid = report.nodeid.rpartition("@")[0]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Ends the run when pytest-xdist did not see the groups: every process would do all again."""
    config = session.config
    kinds.costs["collecting"] = kinds.cpu_seconds()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()
    shared = hasattr(config, "workerinput") and getattr(config.option, "loadgroup", False)
    if shared and not all("@" in item.nodeid for item in session.items):
        pytest.exit("pytest-xdist does not see xdist_group: these versions do not fit", 4)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hands on what the tests of this process cost."""
    session.config.stash[gc_collect_iterations_key] = 1  # of five: each takes a second here
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["costs"] = kinds.costs


def pytest_unconfigure() -> None:
    """Nobody takes apart what ends with the process."""
    gc.freeze()
    gc.disable()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Adds up what the tests of pytest-xdist's processes cost."""
    for kind, seconds in getattr(node, "workeroutput", {}).get("costs", {}).items():
        kinds.costs[kind] = kinds.costs.get(kind, 0.0) + seconds


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How to run alone what failed, and what each kind of tests cost."""
    reports = [*terminalreporter.stats.get("failed", ()), *terminalreporter.stats.get("error", ())]
    for test in dict.fromkeys(it.nodeid for it in reports):
        terminalreporter.write_line(f"alone: python -m pytest -n 0 {shlex.quote(test)}")
    parts = ", ".join(f"{kind} {kinds.costs[kind]:.0f}" for kind in sorted(kinds.costs))
    terminalreporter.write_line(f"CPU seconds: {sum(kinds.costs.values()):.0f} ({parts})")


@pytest.fixture
def target() -> Target:
    """`prod` in an account of nobody."""
    return Target(env="prod", account=ACCOUNT, region="eu-west-1", **default_names("prod", ACCOUNT))


@pytest.fixture(scope="session")
def _seeded() -> Iterator[tuple[Emulator, Snapshot]]:
    """The one seeded emulator of this process, and how it was then."""
    from moto.core.base_backend import BackendDict
    from moto_snapshot import Snapshot

    from opsctl.sandbox.emulator import Emulator

    made = Emulator()
    made.start(seeded=True)
    made.stop()
    shared = (made._api, made.front._application, made.world.lock)
    yield made, Snapshot(made, made.world, made.front, shared=shared)
    BackendDict.reset()


@pytest.fixture(scope="module")
def emulator(_seeded: tuple[Emulator, Snapshot]) -> Iterator[Emulator]:
    """The sandbox's AWS in this process, as it was seeded; it stands still but for `advance`."""
    from opsctl.sandbox import moto_parts

    made, snapshot = _seeded
    moto_parts.install(made.world)  # tests of the sandbox's parts install them for worlds of theirs
    snapshot.restore()
    made._api.start()
    yield made
    made.stop()


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
    """The door to the emulator as a new one, whose records lie in a folder of their own.

    Only its session is the module's: making clients costs more than most tests do with them.
    """
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    new = vars(Aws(local.target)) | {"_session": local._session, "requests": local.requests}
    local.requests.clear()
    vars(local).clear()
    vars(local).update(new)
    return local


@pytest.fixture
def stage(tmp_path: Path, target: Target) -> Stage:
    return Stage(tmp_path, target)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """One sandbox, as `opsctl sandbox up` makes it, for all journeys; in folders of its own."""
    import warm_opsctl
    from running import RunningSandbox

    from opsctl.sandbox import control, pace

    home = tmp_path_factory.mktemp("sandbox")
    kept = {name: it for name, it in os.environ.items() if not name.startswith(("AWS_", "OPSCTL_"))}
    environ = {
        **kept,
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "config"),
        pace.VARIABLE: os.environ[pace.VARIABLE],
    }
    found = control.up(environ=environ)
    _sandboxes.append(found["pid"])
    try:
        with warm_opsctl.running() as warm:
            it = RunningSandbox(environ, found, warm)
            it.scale_by_hand_only()
            yield it
    finally:
        _sandboxes.remove(found["pid"])
        os.killpg(found["pid"], signal.SIGCONT)
        with kinds.charged("sandboxes"):
            control.down(environ=environ)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asked:
    """Command lines, and what each would have run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("OPSCTL_CONFIG", raising=False)
    return Asked(monkeypatch)
