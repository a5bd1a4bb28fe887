"""SageMaker, played by botocore's Stubber."""

import io
from collections.abc import Iterator

import pytest
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber

from opsctl.caption_service.captioners import Failed
from opsctl.caption_service.chat import LARGEST_ANSWER
from opsctl.caption_service.connections import Connections
from opsctl.caption_service.sagemaker import SageMaker
from opsctl.caption_service.settings import Settings


@pytest.fixture
def connections(account: None) -> Connections:
    return Connections(Settings())


@pytest.fixture
def aws(connections: Connections) -> Iterator[Stubber]:
    with Stubber(connections.model_client("sagemaker-runtime")) as stubber:
        yield stubber


def answers(aws: Stubber, content: bytes) -> None:
    asked = {
        "EndpointName": "captions",
        "ContentType": "application/json",
        "Accept": "application/json",
        "Body": ANY,
    }
    body = StreamingBody(io.BytesIO(content), len(content))
    aws.add_response("invoke_endpoint", {"Body": body}, asked)


def test_an_endpoint_is_asked_by_its_name(connections: Connections, aws: Stubber) -> None:
    answers(aws, b'{"choices": [{"message": {"content": "text"}}]}')

    assert SageMaker(connections, "captions").ask(b"jpeg") == "text"


@pytest.mark.parametrize("content", [b"[0.1, 0.9]", b"x" * (LARGEST_ANSWER + 1)])
def test_another_sort_of_model_is_a_bad_answer(
    connections: Connections, aws: Stubber, content: bytes
) -> None:
    answers(aws, content)

    with pytest.raises(Failed, match="BadAnswer"):
        SageMaker(connections, "captions").ask(b"jpeg")


def test_a_model_that_fails_is_unavailable(connections: Connections, aws: Stubber) -> None:
    aws.add_client_error("invoke_endpoint", "ModelError", "out of memory", 424)

    with pytest.raises(Failed, match=r"Unavailable \(ModelError\)"):
        SageMaker(connections, "captions").ask(b"jpeg")
