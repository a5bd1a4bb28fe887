"""The chain of captioners: who is asked, who is not, and what the log says."""

import json
import logging
from collections.abc import Callable

import pytest

from opsctl.caption_service.breaker import FAILURES, OPEN_SECONDS
from opsctl.caption_service.captioners import Failed, NotAPicture
from opsctl.caption_service.chain import Chain
from opsctl.caption_service.embedded import EmbeddedCaptioner
from opsctl.caption_service.json_log import JsonLines
from opsctl.reports.diagnosis import log_lines

Paint = Callable[..., bytes]
GOOD = json.dumps({"concise": "A calm lake", "creative": "It sleeps.", "confidence": 0.9})
DENIED = Failed("AccessDenied", "AccessDeniedException")
BUSY = Failed("Throttling", "ThrottlingException")
LATE = Failed("Timeout", "ReadTimeoutError")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Model:
    """Answers from a list, the last one again and again; each answer takes some seconds."""

    model = "model-1"

    def __init__(
        self, name: str, clock: Clock, *answers: str | Exception, takes: float = 0
    ) -> None:
        self.name = name
        self.clock = clock
        self.answers = list(answers)
        self.takes = takes
        self.seen: list[bytes] = []

    def ask(self, jpeg: bytes) -> str:
        self.seen.append(jpeg)
        self.clock.now += self.takes
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def clock() -> Clock:
    return Clock()


def chain(clock: Clock, *models: Model) -> Chain:
    return Chain(models, EmbeddedCaptioner(), seconds=8, clock=clock, sleep=lambda _seconds: None)


def test_the_first_that_answers_is_believed(clock: Clock, jpeg: bytes) -> None:
    first, second = Model("bedrock", clock, GOOD), Model("huggingface", clock, GOOD)
    found = chain(clock, first, second).describe(jpeg)

    assert (found.concise, found.creative, found.confidence) == ("A calm lake", "It sleeps.", 0.9)
    assert (found.provider, found.model) == ("bedrock", "model-1")
    assert "blue" in found.labels
    assert second.seen == []


@pytest.mark.parametrize("failure", [DENIED, LATE, "no JSON", ValueError("topsecret")])
def test_a_failure_leads_to_the_next_without_asking_twice(
    clock: Clock, jpeg: bytes, failure: str | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = Model("bedrock", clock, failure), Model("huggingface", clock, GOOD)

    assert chain(clock, first, second).describe(jpeg).provider == "huggingface"
    assert len(first.seen) == 1
    assert "topsecret" not in caplog.text


def test_what_may_pass_is_asked_once_more(clock: Clock, jpeg: bytes) -> None:
    first = Model("bedrock", clock, BUSY, GOOD)
    busy = Model("sagemaker", clock, BUSY)

    assert chain(clock, first).describe(jpeg).provider == "bedrock"
    assert chain(clock, busy).describe(jpeg).provider == "embedded"
    assert (len(first.seen), len(busy.seen)) == (2, 2)


def test_without_any_model_the_picture_is_described_all_the_same(clock: Clock, jpeg: bytes) -> None:
    assert chain(clock, Model("bedrock", clock, DENIED)).describe(jpeg) == (
        EmbeddedCaptioner().describe(jpeg)
    )


def test_whoever_fails_again_and_again_is_left_alone_for_a_while(
    clock: Clock, jpeg: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    model = Model("bedrock", clock, DENIED)
    own = chain(clock, model)
    for _ in range(FAILURES + 3):
        own.describe(jpeg)

    assert len(model.seen) == FAILURES
    assert own.states() == {"bedrock": "open"}
    assert caplog.text.count("is not asked for 30 s") == 1
    clock.now += OPEN_SECONDS
    model.answers = [GOOD]
    assert own.describe(jpeg).provider == "bedrock"
    assert own.states() == {"bedrock": "closed"}


def test_nobody_is_asked_after_the_time_is_up(clock: Clock, jpeg: bytes) -> None:
    slow = [Model(name, clock, LATE, takes=8) for name in ("a", "b", "c")]
    began = clock.now

    assert chain(clock, *slow).describe(jpeg).provider == "embedded"
    assert [len(it.seen) for it in slow] == [1, 1, 0]
    assert clock.now - began <= 20


def test_bytes_that_are_no_picture_reach_no_model(clock: Clock) -> None:
    model = Model("bedrock", clock, GOOD)

    with pytest.raises(NotAPicture):
        chain(clock, model).describe(b"no picture")
    assert model.seen == []


def test_a_model_sees_a_small_jpeg_without_metadata(clock: Clock, painted: Paint) -> None:
    model = Model("bedrock", clock, GOOD)
    chain(clock, model).describe(painted((9, 9, 9), "PNG", (3000, 1500)))

    assert model.seen[0].startswith(b"\xff\xd8")
    assert len(model.seen[0]) < 100_000
    assert b"Exif" not in model.seen[0]


def test_an_error_line_names_provider_failure_and_duration(
    clock: Clock, jpeg: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    chain(clock, Model("bedrock", clock, DENIED, takes=0.25)).describe(jpeg)
    (record,) = [it for it in caplog.records if it.levelno == logging.ERROR]
    line = JsonLines({}).format(record)

    assert log_lines.message(line) == (
        "captioner bedrock failed: AccessDenied (AccessDeniedException) after 250 ms; "
        "next captioner"
    )
    fields = json.loads(line)
    assert (fields["level"], fields["failure"], fields["duration_ms"]) == (
        *("ERROR", "AccessDenied"),
        250,
    )
    # That would be taken for the time of a request.
    assert "milliseconds" not in fields
