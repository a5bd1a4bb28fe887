"""The application as a whole."""

import boto3
from fastapi.testclient import TestClient

from opsctl.caption_service.application import create
from opsctl.caption_service.faults import Faults
from opsctl.caption_service.settings import Settings


def test_the_page_needs_no_other_host(client: TestClient) -> None:
    answer = client.get("/")

    assert "Image Caption Generator" in answer.text
    assert "http://" not in answer.text
    assert "https://" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_an_unexpected_failure_says_nothing_of_its_inside(
    account: None, settings: Settings, jpeg: bytes
) -> None:
    boto3.client("dynamodb", region_name="us-east-1").delete_table(TableName="captions")
    with TestClient(create(settings, Faults()), raise_server_exceptions=False) as client:
        answer = client.get("/api/captions", headers={"X-User-Id": "alice"})

    assert answer.status_code == 500
    assert answer.json() == {"detail": "something failed here; the request id finds it"}
