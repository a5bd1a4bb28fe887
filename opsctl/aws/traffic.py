"""Every call on its way to AWS: refused unless it may be made, recorded, and traced."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from opsctl.aws import Request, redaction
from opsctl.aws.reads import only_reads
from opsctl.errors import OpsctlError

_OURS = "opsctl"
"""Key of botocore's per-call context under which `_Sent` travels."""


@dataclass
class _Sent:
    """One call under way. `params` are the caller's own, unredacted: they are not kept."""

    operation: str
    mutating: bool
    params: Any
    shape: Any
    began: float


class Traffic:
    """The handlers of botocore's events for one session. Called from any thread."""

    def __init__(
        self,
        may_change: Callable[[], bool],
        record: Callable[[Request], None],
        debug: Callable[[str], None] | None,
    ) -> None:
        self._may_change = may_change
        self._record = record
        self._debug = debug

    def watch(self, session: Any) -> None:
        """See every call of every client that the session will create, its own too."""
        session.register("provide-client-params", self._before)
        session.register("after-call", self._after)
        session.register("after-call-error", self._failed)

    def let_through(self, client: Any, bucket: str, prefix: str) -> None:
        """Allow one S3 client to change objects below a prefix, and nothing else."""

        def own_record(params: Any, model: Any, context: Any, **_: Any) -> None:
            inside = (
                params.get("Bucket") == bucket
                and model.name in ("PutObject", "DeleteObject")
                and bool(prefix)
                and str(params.get("Key", "")).startswith(prefix)
            )
            context["opsctl_own_record"] = inside

        client.meta.events.register_first("provide-client-params", own_record)

    def let_publish(self, client: Any, topic: str) -> None:
        """Allow one SNS client to publish to a topic, and nothing else."""

        def own_notice(params: Any, model: Any, context: Any, **_: Any) -> None:
            context["opsctl_own_record"] = (
                bool(topic)
                and model.name == "Publish"
                and params.get("TopicArn") == topic
                and not params.keys() & {"TargetArn", "PhoneNumber"}
            )

        client.meta.events.register_first("provide-client-params", own_notice)

    def may_send(self, service: str, operation: str, *, own_record: bool = False) -> bool:
        """Whether it changes something. Raises OpsctlError when it does and nothing may."""
        mutating = not only_reads(service, operation)
        if mutating and not (own_record or self._may_change()):
            raise OpsctlError(
                f"A bug: {service}:{operation} would change something, but no plan is being "
                "applied.",
                hint="Nothing was sent. Please report it with the command you ran.",
            )
        return mutating

    def answered(self, request: Request) -> None:
        """Keep a call that was answered."""
        self._record(request)

    def trace(
        self, call: str, ending: str, seconds: float, retries: int = 0, request_id: str = ""
    ) -> None:
        """One line of --debug. `call` is its operation with what of its parameters may be shown."""
        if self._debug is None:
            return
        words = [f"{call} -> {ending} in {seconds * 1000:.0f} ms"]
        if retries:
            words.append(f"after {retries} retries")
        if request_id:
            words.append(f"request {request_id}")
        self._debug(" ".join(words))

    def _before(self, params: Any, model: Any, context: Any, **_: Any) -> None:
        service = model.service_model.service_name
        own_record = bool(context.get("opsctl_own_record"))
        mutating = self.may_send(service, model.name, own_record=own_record)
        operation = f"{service}:{model.name}"
        context[_OURS] = _Sent(operation, mutating, params, model.input_shape, time.monotonic())

    def _after(self, http_response: Any, parsed: Any, model: Any, context: Any, **_: Any) -> None:
        sent: _Sent | None = context.get(_OURS)
        if sent is None:
            return
        metadata = parsed.setdefault("ResponseMetadata", {})
        request_id = str(metadata.get("RequestId", ""))
        service, _separator, name = sent.operation.partition(":")
        if not context.get("opsctl_own_record"):
            well = http_response.status_code < 300
            self.answered(Request(service, name, request_id, sent.mutating, well))
        if http_response.status_code >= 300 and "Error" in parsed:
            metadata |= {"Operation": sent.operation, "Mutating": sent.mutating}
            error = parsed["Error"]
            error["Message"] = redaction.without_secrets(
                str(error.get("Message", "")), sent.params, sent.shape
            )
        self._trace(sent, f"{http_response.status_code}", request_id, metadata)

    def _failed(self, exception: Any, context: Any, **_: Any) -> None:
        sent: _Sent | None = context.get(_OURS)
        if sent is None:
            return
        if not hasattr(exception, "operation"):
            exception.operation = sent.operation
            exception.mutating = sent.mutating
        self._trace(sent, type(exception).__name__, "", {})

    def _trace(self, sent: _Sent, ending: str, request_id: str, metadata: dict[str, Any]) -> None:
        if self._debug is None:
            return
        shown = f" {redaction.line(sent.params, sent.shape)}" if sent.shape is not None else ""
        retries = int(metadata.get("RetryAttempts", 0))
        seconds = time.monotonic() - sent.began
        self.trace(sent.operation + shown, ending, seconds, retries, request_id)
