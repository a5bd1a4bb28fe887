"""Doctor: whether this machine, the configuration and the account are ready, with fixes."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import opsctl
from opsctl.aws import Aws
from opsctl.errors import OpsctlError
from opsctl.journal import Journal
from opsctl.lock import Lock
from opsctl.reports import doctor_terraform, resources
from opsctl.reports.resources import Check
from opsctl.state import LocalStore, Store
from opsctl.targets import Target

OLDEST_PYTHON = (3, 11)
SKEW_FAILS = 240.0
"""Seconds. AWS refuses a signature that is five minutes off."""
SKEW_WARNS = 30.0


class SetUp(Protocol):
    """What is looked at. Reading an attribute may raise what is wrong with it."""

    @property
    def target(self) -> Target: ...
    @property
    def aws(self) -> Aws: ...
    @property
    def store(self) -> Store: ...
    @property
    def lock(self) -> Lock: ...
    @property
    def journal(self) -> Journal: ...


@dataclass(frozen=True)
class Checkup:
    """The checklist, in the order in which to repair things."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing failed; a warning is no failure."""
        return all(check.status != "fail" for check in self.checks)


def examine(it: SetUp, environ: Mapping[str, str] | None = None) -> Checkup:
    """Look at everything that can be looked at; what depends on something broken is skipped."""
    return Checkup(tuple(_checks(it, os.environ if environ is None else environ)))


def _checks(it: SetUp, environ: Mapping[str, str]) -> Iterator[Check]:
    yield _python()
    configuration = _told("configuration", lambda: _configuration(it.target))
    yield configuration
    if configuration.status == "fail":
        yield from _skipped("there is no target", "credentials", "account", "clock")
        yield from _skipped("there is no target", *resources.names(), "lock", "journal")
        return
    yield _environment(it.target, environ)
    yield from doctor_terraform.look(it.target, environ)
    credentials = _told("credentials", lambda: _credentials(it.aws))
    yield credentials
    if credentials.status == "fail":
        yield from _skipped("there are no credentials", "account", "clock", *resources.names())
    else:
        yield _told("account", lambda: _account(it.aws))
        yield _told("clock", lambda: _clock(it.aws))
        yield from resources.look(it.aws)
    if it.target.state and credentials.status == "fail":
        yield from _skipped("there are no credentials", "lock", "journal")
    else:
        yield _told("lock", lambda: _lock(it.lock))
        yield _told("journal", lambda: _journal(it.journal, it.store))


def _told(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except OpsctlError as error:
        return Check(name, "fail", error.message, error.hint)


def _skipped(why: str, *names: str) -> Iterator[Check]:
    return (Check(name, "skip", why) for name in names)


def _python() -> Check:
    detail = f"{platform.python_version()}, opsctl {opsctl.__version__}"
    if sys.version_info < OLDEST_PYTHON:
        return Check("python", "fail", detail, "install Python 3.11 or newer")
    return Check("python", "ok", detail)


def _configuration(target: Target) -> Check:
    protected = ", protected" if target.protected else ""
    place = f"account {target.account}, {target.region}{protected}"
    return Check("configuration", "ok", f"{target.env}: {place}")


def _environment(target: Target, environ: Mapping[str, str]) -> Check:
    """Variables that send calls elsewhere than the target says: left over from a sandbox shell."""
    astray = sorted(name for name in environ if name.startswith("AWS_ENDPOINT_URL"))
    if astray and not target.endpoint_url:
        words = f"{', '.join(astray)} sends calls to {environ[astray[0]]}"
        return Check("environment", "warn", words, f"unset {' '.join(astray)}")
    return Check("environment", "ok", "no variable sends calls elsewhere")


def _credentials(aws: Aws) -> Check:
    return Check("credentials", "ok", aws.sts.caller().arn)


def _account(aws: Aws) -> Check:
    return Check("account", "ok", aws.check_account().account)


def _clock(aws: Aws) -> Check:
    skew = aws.sts.clock_skew()
    words = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} AWS"
    fix = "timedatectl set-ntp true"
    if abs(skew) >= SKEW_FAILS:
        return Check("clock", "fail", f"{words}: AWS will refuse the signatures", fix)
    if abs(skew) >= SKEW_WARNS:
        return Check("clock", "warn", words, fix)
    return Check("clock", "ok", "agrees with AWS")


def _lock(lock: Lock) -> Check:
    held = lock.show()
    if held is None:
        return Check("lock", "ok", "nobody holds it")
    why = f": {held.reason}" if held.reason else ""
    until = f" until {held.until:%Y-%m-%dT%H:%M:%SZ}" if held.until else ""
    return Check("lock", "warn", f"held by {held.owner}{until}{why}", "opsctl lock show")


def _journal(journal: Journal, store: Store) -> Check:
    """Writing is only tried where it leaves nothing behind: a report changes nothing."""
    if isinstance(store, LocalStore) and not _writable(store.directory):
        fix = f"chmod -R u+rwX {store.directory}, or set XDG_STATE_HOME"
        return Check("journal", "fail", f"{store.where} cannot be written", fix)
    broken = journal.verify()
    if broken:
        detail = f"{store.where}: somebody edited it: {broken[0]}"
        return Check("journal", "fail", detail, "opsctl history --verify")
    return Check("journal", "ok", store.where)


def _writable(folder: Path) -> bool:
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
