"""Bedrock, played by botocore's Stubber."""

from collections.abc import Iterator

import pytest
from botocore.stub import ANY, Stubber

from opsctl.caption_service.bedrock import Bedrock
from opsctl.caption_service.captioners import Failed
from opsctl.caption_service.connections import Connections
from opsctl.caption_service.settings import Settings


@pytest.fixture
def connections(account: None) -> Connections:
    return Connections(Settings())


@pytest.fixture
def aws(connections: Connections) -> Iterator[Stubber]:
    with Stubber(connections.model_client("bedrock-runtime")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def answered(*content: object) -> dict[str, object]:
    return {
        "output": {"message": {"role": "assistant", "content": list(content)}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
        "metrics": {"latencyMs": 1},
    }


def test_the_picture_goes_as_an_image_block(connections: Connections, aws: Stubber) -> None:
    picture = {"image": {"format": "jpeg", "source": {"bytes": b"jpeg"}}}
    asked = {
        "modelId": "a.model",
        "messages": [{"role": "user", "content": [picture, {"text": ANY}]}],
        "inferenceConfig": {"maxTokens": 300},
    }
    thought = {"reasoningContent": {"reasoningText": {"text": "hm"}}}
    aws.add_response("converse", answered(thought, {"text": "a"}, {"text": "b"}), asked)

    assert Bedrock(connections, "a.model").ask(b"jpeg") == "ab"


def test_a_refusal_is_told_by_its_kind(connections: Connections, aws: Stubber) -> None:
    aws.add_client_error("converse", "AccessDeniedException", "no access to model", 403)

    with pytest.raises(Failed, match=r"^AccessDenied \(AccessDeniedException\)$"):
        Bedrock(connections, "a.model").ask(b"jpeg")


def test_it_tries_once_and_not_for_longer_than_a_caption_may_take(account: None) -> None:
    own = Connections(Settings(caption_seconds=5)).model_client("bedrock-runtime").meta.config

    assert (own.read_timeout, own.retries["total_max_attempts"]) == (5, 1)
