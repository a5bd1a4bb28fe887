"""Health, readiness and version."""

import hashlib
from dataclasses import replace

import boto3
from fastapi.testclient import TestClient

from opsctl.caption_service import health
from opsctl.caption_service.application import create
from opsctl.caption_service.captioners import Caption
from opsctl.caption_service.connections import Connections
from opsctl.caption_service.faults import Faults
from opsctl.caption_service.settings import Settings


def test_a_well_task_says_ok(client: TestClient) -> None:
    answer = client.get("/_stcore/health")

    assert (answer.status_code, answer.text) == (200, "ok")


def test_a_task_that_turns_sick_says_so(client: TestClient, faults: Faults) -> None:
    faults.sick = True

    assert client.get("/_stcore/health").status_code == 500


def test_a_missing_setting_is_named(account: None) -> None:
    with TestClient(create(Settings(missing=("BUCKET",)), Faults())) as client:
        answer = client.get("/_stcore/health")

    assert (answer.status_code, answer.text) == (503, "missing settings: BUCKET")


def test_readiness_says_which_dependency_fails(client: TestClient) -> None:
    found = client.get("/readyz").json()

    assert found["ready"] is True
    assert set(found["dependencies"]) == {"s3", "dynamodb", "cognito"}


def test_a_table_that_is_gone_makes_it_unready(client: TestClient) -> None:
    boto3.client("dynamodb", region_name="us-east-1").delete_table(TableName="captions")
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["dependencies"]["dynamodb"]["problem"] == "ResourceNotFoundException"
    assert answer.json()["dependencies"]["s3"]["ok"] is True


def test_a_cognito_that_does_not_answer_makes_it_unready(settings: Settings) -> None:
    own = replace(settings, endpoint_url="http://127.0.0.1:9")
    readiness = health.Readiness(own, Connections(own))

    assert readiness._state("cognito")["problem"] == "EndpointConnectionError"


def test_a_captioner_that_fails_does_no_harm(settings: Settings) -> None:
    own = replace(settings, captioners=("bedrock",), bedrock_model="m")
    with TestClient(create(own, Faults())) as client:
        answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["captioners"]) == (200, {"bedrock": "closed"})


def test_the_version_is_what_the_task_was_started_with(client: TestClient) -> None:
    found = client.get("/version").json()

    assert found == {
        "version": "1.0.0",
        "revision": "",
        "task": "",
        "secret": hashlib.sha256(b"hf_secret").hexdigest()[-4:],
    }


class Blind:
    """A captioner that sees nothing."""

    def describe(self, content: bytes) -> Caption:
        return Caption(
            concise="?", creative="?", labels=(), confidence=0, model="blind", provider="none"
        )


def test_the_self_check_finds_a_captioner_that_does_not_see() -> None:
    assert "does not see blue" in health.self_check(Blind())


def test_only_a_key_of_the_refused_kind_is_a_problem() -> None:
    assert health.key_problem("hf_good") == ""
    assert "bad-" not in health.key_problem("bad-one")
