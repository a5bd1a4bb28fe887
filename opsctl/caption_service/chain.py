"""The chain of captioners: each provider in its order, and the embedded one for whoever is left."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from opsctl.caption_service import answers, pictures
from opsctl.caption_service.breaker import OPEN_SECONDS, Breaker
from opsctl.caption_service.captioners import Caption, Captioner, Failed, Provider

PAUSE_SECONDS = 0.3
PATIENCE = 1.5
"""Time limits of one provider after which nobody else is asked: with the last request under way
that stays below what a task may take to end, and what a load balancer waits."""
log = logging.getLogger("caption_service.captioner")


class Chain:
    """Captioners in order. It always answers: the embedded one fails only where no picture is."""

    def __init__(
        self,
        providers: Sequence[Provider],
        embedded: Captioner,
        *,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._links = [(provider, Breaker(clock)) for provider in providers]
        self._embedded = embedded
        self._patience = seconds * PATIENCE
        self._clock = clock
        self._sleep = sleep

    def describe(self, content: bytes) -> Caption:
        """The caption of one picture. Raises NotAPicture before anybody else sees the bytes."""
        with pictures.ONE_AT_A_TIME:
            caption = self._embedded.describe(content)
        until = self._clock() + self._patience
        jpeg = b""
        for provider, breaker in self._links:
            if self._clock() >= until or not breaker.admits():
                continue
            jpeg = jpeg or _reduced(content)
            answer = self._asked(provider, breaker, jpeg, until)
            if answer:
                return replace(
                    caption,
                    concise=answer.concise,
                    creative=answer.creative,
                    confidence=answer.confidence,
                    model=provider.model,
                    provider=provider.name,
                )
        return caption

    def states(self) -> dict[str, str]:
        """Provider → `closed`, `open` or `half-open`."""
        return {provider.name: breaker.state for provider, breaker in self._links}

    def _asked(
        self, provider: Provider, breaker: Breaker, jpeg: bytes, until: float
    ) -> answers.Answer | None:
        """One provider's answer, asked twice where that may help; None where it has none."""
        for again in (False, True):
            began = self._clock()
            try:
                answer = answers.read(provider.ask(jpeg))
            except Exception as error:
                failure = error if isinstance(error, Failed) else _unexpected(error)
                retry = failure.passes and not again and self._clock() + PAUSE_SECONDS < until
                _tell(provider, failure, self._clock() - began, retry=retry)
                if retry:
                    self._sleep(PAUSE_SECONDS)
                    continue
                if breaker.failed():
                    _tell_open(provider)
                return None
            breaker.succeeded()
            return answer
        return None


def _reduced(content: bytes) -> bytes:
    with pictures.ONE_AT_A_TIME:
        return pictures.for_model(pictures.opened(content))


def _unexpected(error: Exception) -> Failed:
    return Failed("Refused", type(error).__name__)


def _tell(provider: Provider, failure: Failed, seconds: float, *, retry: bool) -> None:
    """Neither picture nor key nor answer is in it. `milliseconds` would look like a request."""
    fields = {
        "provider": provider.name,
        "model": provider.model,
        "failure": failure.kind,
        "detail": failure.detail,
        "duration_ms": round(seconds * 1000),
    }
    words = "asking again" if retry else "next captioner"
    log.log(
        logging.WARNING if retry else logging.ERROR,
        "captioner %s failed: %s after %d ms; %s",
        *(provider.name, failure, fields["duration_ms"], words),
        extra={"fields": fields},
    )


def _tell_open(provider: Provider) -> None:
    log.error(
        "captioner %s is not asked for %d s: it failed again and again",
        *(provider.name, OPEN_SECONDS),
        extra={"fields": {"provider": provider.name, "failure": "CircuitOpen"}},
    )
