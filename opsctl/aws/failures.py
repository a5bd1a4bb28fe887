"""What AWS and botocore refuse, translated once into opsctl's errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.exceptions import HTTPClientError as HttpError
from botocore.exceptions import ParamValidationError as BadParameters

from opsctl.aws import sign_in_failures as sign_in
from opsctl.errors import BadConfig, FactsChanged, NotFound, OpsctlError, Unreachable

if TYPE_CHECKING:
    from opsctl.targets import Target


class Rejected(OpsctlError):
    """AWS understood the call and said no, for a reason opsctl has no better word for."""


@dataclass(frozen=True)
class Refused:
    """An error answer of AWS, taken apart."""

    operation: str
    """`ecs:UpdateService`, or the gateway's method when it is not known."""
    code: str
    message: str
    status: int
    request_id: str
    attempts: int
    mutating: bool
    caller_arn: str | None
    target: Target | None
    command: str = ""
    """The command of opsctl that asked; empty where that is not known."""

    @property
    def reference(self) -> str:
        """What AWS support asks for, in brackets; empty when AWS gave none."""
        return f" (request {self.request_id})" if self.request_id else ""


def is_from_aws(error: BaseException) -> bool:
    """Whether an exception is one that `translate` knows."""
    return isinstance(error, ClientError | BotoCoreError)


def aws_code(error: BaseException) -> str:
    """The AWS error code, or botocore's class name, behind a translated error; or ""."""
    return str(getattr(error, "aws_code", ""))


def request_id(error: BaseException) -> str:
    """The AWS request id behind a translated error; or ""."""
    return str(getattr(error, "request_id", ""))


def is_throttled(error: BaseException) -> bool:
    """Whether AWS refused because it was asked too often."""
    return bool(_THROTTLED.search(aws_code(error)))


def aws_message(error: BaseException) -> str:
    """What AWS itself said, behind a translated error; or ""."""
    return str(getattr(error, "aws_message", ""))


def maybe_done(error: BaseException) -> bool:
    """Whether it was a change that AWS may have carried out although it failed to say so."""
    return bool(getattr(error, "maybe_done", False))


def translate(
    error: BaseException,
    *,
    operation: str,
    caller_arn: str | None = None,
    target: Target | None = None,
    command: str = "",
) -> OpsctlError:
    """The opsctl error that says what happened and what to type next.

    `operation` is used when the error itself does not know its own. The result carries
    `aws_code`, `request_id` and `maybe_done`; no message holds a value that was sent.
    """
    if isinstance(error, ClientError):
        refused = _taken_apart(error, operation, caller_arn, target, command)
        failure = _of_refusal(refused)
        unsure = refused.mutating and refused.status >= 500
        vars(failure).update(
            aws_code=refused.code,
            aws_message=refused.message,
            request_id=refused.request_id,
            maybe_done=unsure,
        )
        return failure
    operation = str(getattr(error, "operation", operation))
    failure = (
        sign_in.of_local_problem(error, target)
        or _of_network(error, operation, target)
        or _of_parameters(error, operation)
        or Rejected(f"{operation}: {type(error).__name__}: {error}")
    )
    vars(failure).update(aws_code=type(error).__name__, request_id="", maybe_done=_is_unsure(error))
    return failure


@contextmanager
def translated(operation: str, target: Target | None) -> Iterator[None]:
    """Raise what botocore raises inside it as opsctl's errors."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise translate(error, operation=operation, target=target) from None


def _taken_apart(
    error: ClientError,
    operation: str,
    caller_arn: str | None,
    target: Target | None,
    command: str,
) -> Refused:
    answer: Any = error.response
    about = answer.get("Error", {})
    metadata = answer.get("ResponseMetadata", {})
    return Refused(
        operation=str(metadata.get("Operation", operation)),
        code=str(about.get("Code", "Unknown")),
        message=str(about.get("Message", "")) or "no reason given",
        status=int(metadata.get("HTTPStatusCode", 0)),
        request_id=str(metadata.get("RequestId", "")),
        attempts=int(metadata.get("RetryAttempts", 0)) + 1,
        mutating=bool(metadata.get("Mutating", False)),
        caller_arn=caller_arn,
        target=target,
        command=command,
    )


def _of_refusal(refused: Refused) -> OpsctlError:
    found = sign_in.of_refusal(refused)
    if found is not None:
        return found
    for belongs, made in _KINDS:
        if belongs(refused):
            return made(refused)
    return Rejected(f"{refused.operation}: {refused.code}: {refused.message}{refused.reference}")


_MAYBE = "; it may have been done all the same"
_THROTTLED = re.compile(
    r"Throttl|TooManyRequests|^RequestLimitExceeded$|ThroughputExceeded|^SlowDown$"
    r"|^BandwidthLimitExceeded$|^PriorRequestNotComplete$"
)
_NOT_FOUND = re.compile(r"NotFound|^NoSuch|[Nn]on[Ee]xist|^404$|^MISSING$")
_CHANGED = re.compile(
    r"^ConditionalCheckFailed|^Concurrent(Update|Modification)|OptimisticLock|^412$"
    r"|^PreconditionFailed$|^TransactionConflict|^ConditionalRequestConflict$|^ConflictException$"
)
_OTHER_REGION = frozenset(
    {"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
)


def _throttled(refused: Refused) -> OpsctlError:
    tries = "1 attempt" if refused.attempts == 1 else f"{refused.attempts} attempts"
    return Unreachable(
        f"{refused.operation}: AWS throttles, also after {tries}: {refused.code}"
        f"{refused.reference}",
        hint="Wait a minute and run it again.",
    )


def _not_found(refused: Refused) -> OpsctlError:
    return NotFound(f"{refused.operation}: {refused.message}{refused.reference}")


def _changed(refused: Refused) -> OpsctlError:
    return FactsChanged(
        f"{refused.operation}: somebody else changed it meanwhile: {refused.message}"
        f"{refused.reference}",
        hint="Run it again: the new plan starts from what is there now.",
    )


def _other_region(refused: Refused) -> OpsctlError:
    region = refused.target.region if refused.target else "the configured region"
    return BadConfig(
        f"{refused.operation}: it is not in {region}: {refused.message}{refused.reference}",
        hint="Correct `region` in opsctl.toml: opsctl config show",
    )


def _server_failed(refused: Refused) -> OpsctlError:
    who = "the sandbox" if refused.target and refused.target.is_sandbox else "AWS"
    return Unreachable(
        f"{refused.operation}: {who} failed to answer ({refused.status} {refused.code}): "
        f"{_first_line(refused.message)}{refused.reference}"
        f"{_MAYBE if refused.mutating else ''}",
        hint="opsctl sandbox status" if who == "the sandbox" else "Run it again in a minute.",
    )


_KINDS: tuple[tuple[Callable[[Refused], bool], Callable[[Refused], OpsctlError]], ...] = (
    (lambda refused: bool(_THROTTLED.search(refused.code)), _throttled),
    (lambda refused: refused.status >= 500, _server_failed),
    (lambda refused: bool(_CHANGED.search(refused.code)), _changed),
    (lambda refused: refused.code in _OTHER_REGION, _other_region),
    (lambda refused: bool(_NOT_FOUND.search(refused.code)), _not_found),
)


def _of_network(error: BaseException, operation: str, target: Target | None) -> OpsctlError | None:
    from botocore.exceptions import ConnectionError as NoConnection
    from botocore.exceptions import EndpointConnectionError

    if not isinstance(error, NoConnection | HttpError):
        return None
    place = f" at {target.endpoint_url}" if target and target.endpoint_url else ""
    words = _MAYBE if _is_unsure(error) else ""
    if target and target.is_sandbox:
        return Unreachable(
            f"{operation}: the sandbox does not answer{place} ({type(error).__name__}){words}",
            hint="opsctl sandbox up",
        )
    detail = _first_line(str(error))
    hint = "Check the network, the proxy and the VPN, and run it again."
    if isinstance(error, EndpointConnectionError) and target and not target.endpoint_url:
        hint = f"Check the network, and that {target.region} is a region of AWS."
    return Unreachable(f"{operation}: AWS does not answer: {detail}{words}", hint=hint)


def _is_unsure(error: BaseException) -> bool:
    """A change whose answer was lost on the way back; one that never got there is no such."""
    return bool(getattr(error, "mutating", False)) and isinstance(error, HttpError)


def _of_parameters(error: BaseException, operation: str) -> OpsctlError | None:
    """botocore echoes the offending value, which may be a secret: keep the names only."""
    if not isinstance(error, BadParameters):
        return None
    report = str(error.kwargs.get("report", ""))
    kinds = r"(?:Missing required|Unknown|Invalid \w+(?: \w+)*?) (?:for )?parameter"
    found = re.findall(rf'^({kinds})(?: in input)?:? "?([\w.\[\]]+)', report, re.MULTILINE)
    words = "; ".join(f"{kind} {name}" for kind, name in found) or "parameters do not fit"
    return Rejected(f"{operation}: {words}", hint="A bug in opsctl: please report it.")


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0][:200]
