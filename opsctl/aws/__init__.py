"""The only door to AWS: one session, and a gateway for each service, opened when first used."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload

from opsctl.aws.gateways import Gateways
from opsctl.errors import NoAccess, OpsctlError
from opsctl.plan import Call, Report
from opsctl.targets import Target

if TYPE_CHECKING:
    from opsctl.aws.session import Session
    from opsctl.aws.sts import Caller
    from opsctl.aws.wire import Wire

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")


@dataclass(frozen=True)
class Request:
    """One answered call to AWS; `request_id` is what AWS support asks for."""

    service: str
    operation: str
    request_id: str
    mutating: bool
    well: bool = True
    """It was done, not refused."""


class Aws(Gateways):
    """The only door to AWS. Opening it costs nothing: botocore is imported by the first client.

    `ask_mfa` gets the serial number of an MFA device and answers the code; without it, a role
    that needs a code raises NeedsAnswer. `debug` gets one redacted line for each call. `command`
    is what AWS is told of who asks, with the options that need permissions of their own.
    """

    def __init__(
        self,
        target: Target,
        *,
        ask_mfa: Callable[[str], str] | None = None,
        debug: Callable[[str], None] | None = None,
        command: str = "",
    ) -> None:
        self.target = target
        self.command = command
        self.requests: list[Request] = []
        self._ask_mfa = ask_mfa
        self._debug = debug
        self._changing = 0
        self._wires: dict[tuple[str, str], Wire] = {}
        self._lock = threading.RLock()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            return self._gateway(name)

    def _gateway(self, name: str) -> Any:
        """Open a gateway: its module has the attribute's name, its class the annotation's."""
        kind = Gateways.__annotations__.get(name)
        if kind is None:
            raise AttributeError(f"there is no gateway called {name}")
        with self._lock:
            module = importlib.import_module(f"opsctl.aws.{name}")
            return self.__dict__.setdefault(name, getattr(module, kind)(self))

    def client(self, service: str, region: str | None = None) -> Any:
        """A botocore client, the same one each time; `region` "us-east-1" for global things.

        Raises NoAccess, BadConfig or Unreachable when no session can be opened.
        """
        with self._lock:
            return self._session.client(service, region or self.target.region)

    def state_client(self, bucket: str, prefix: str) -> Any:
        """An S3 client for opsctl's own records, which are also written outside `changing()`.

        It changes objects of `bucket` whose key begins with `prefix`, and refuses all others.
        """
        with self._lock:
            return self._session.state_client(bucket, prefix)

    def notice_client(self, topic: str, region: str) -> Any:
        """An SNS client that publishes to this one topic, also outside `changing()`."""
        with self._lock:
            return self._session.notice_client(topic, region)

    def wire(self, service: str, region: str = "") -> Wire:
        """Signed requests without a client's layers, for bulk work; the same one each time.

        Raises NoAccess, BadConfig or Unreachable when no session can be opened. A question for
        an MFA code is asked here.
        """
        from opsctl.aws.wire import Wire

        with self._lock:
            key = (service, region or self.target.region)
            if key not in self._wires:
                self._session.sign_in()
                line = self._session.line(*key)
                self._wires[key] = Wire(service, line, self._session.traffic, self._translated)
            return self._wires[key]

    def _translated(self, error: BaseException, operation: str) -> OpsctlError:
        from opsctl.aws import failures

        return failures.translate(
            error,
            operation=operation,
            caller_arn=self.known_caller_arn,
            target=self.target,
            command=self.command,
        )

    @cached_property
    def _session(self) -> Session:
        from opsctl.aws.session import Session
        from opsctl.aws.traffic import Traffic

        traffic = Traffic(lambda: self._changing > 0, self.requests.append, self._debug)
        return Session(self.target, traffic, self._ask_mfa, self.command)

    @overload
    def at_once(self, a: Callable[[], A], /) -> tuple[A]: ...
    @overload
    def at_once(self, a: Callable[[], A], b: Callable[[], B], /) -> tuple[A, B]: ...
    @overload
    def at_once(
        self, a: Callable[[], A], b: Callable[[], B], c: Callable[[], C], /
    ) -> tuple[A, B, C]: ...
    @overload
    def at_once(
        self, a: Callable[[], A], b: Callable[[], B], c: Callable[[], C], d: Callable[[], D], /
    ) -> tuple[A, B, C, D]: ...
    @overload
    def at_once(
        self,
        a: Callable[[], A],
        b: Callable[[], B],
        c: Callable[[], C],
        d: Callable[[], D],
        e: Callable[[], E],
        /,
    ) -> tuple[A, B, C, D, E]: ...
    @overload
    def at_once(self, *reads: Callable[[], Any]) -> tuple[Any, ...]: ...
    def at_once(self, *reads: Callable[[], Any]) -> tuple[Any, ...]:
        """The answers of independent reads, in order, gathered concurrently.

        The first error is raised as soon as it happens. A question for an MFA code is asked
        before the threads start.
        """
        from opsctl.aws.concurrently import concurrently

        if len(reads) > 1:
            with self._lock:
                self._session.sign_in()
        return concurrently(reads)

    def perform(self, call: Call, *, report: Report | None = None, subject: Any = None) -> Any:
        """Make a call that a plan holds; `report` and `subject` go to methods that take them.

        Raises AttributeError when there is no such gateway, or the method is not public: a
        call may have been read back from a journal.
        """
        if call.method.startswith("_"):
            raise AttributeError(f"{call.gateway}.{call.method} is not public")
        extra: dict[str, Any] = {}
        if report is not None:
            extra["report"] = report
        if subject is not None:
            extra["subject"] = subject
        return getattr(self._gateway(call.gateway), call.method)(**call.arguments, **extra)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Only inside it, in any thread, are operations let through that change something."""
        with self._lock:
            self._changing += 1
        try:
            yield
        finally:
            with self._lock:
                self._changing -= 1

    @property
    def may_change(self) -> bool:
        """Whether a plan is being applied."""
        return self._changing > 0

    def credentials(self) -> dict[str, str]:
        """The credentials of the session, by the variables that other programs read them from.

        Raises NoAccess, BadConfig or Unreachable when no session can be opened.
        """
        with self._lock:
            return self._session.credentials()

    @property
    def known_caller_arn(self) -> str | None:
        """The caller's ARN when `sts.caller()` was asked before; never asks AWS."""
        sts = self.__dict__.get("sts")
        return sts.known_arn if sts is not None else None

    def check_account(self) -> Caller:
        """Who the caller is. Raises NoAccess when it is of another account than the target's."""
        caller = self.sts.caller()
        if caller.account == self.target.account:
            return caller
        profile = f"Profile {self.target.profile}" if self.target.profile else "The credentials"
        raise NoAccess(
            f"{profile} answered as {caller.arn} of account {caller.account}, "
            f"but {self.target.env} is account {self.target.account}.",
            hint=f"Choose credentials of account {self.target.account} (AWS_PROFILE, or `profile` "
            f"of {self.target.env} in opsctl.toml), or correct `account` there.",
        )
