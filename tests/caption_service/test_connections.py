"""Connections: made once, when first needed."""

from opsctl.caption_service.connections import Connections
from opsctl.caption_service.settings import Settings


def test_a_client_is_made_once_and_goes_to_the_endpoint(account: None) -> None:
    connections = Connections(Settings(endpoint_url="http://127.0.0.1:9"))
    connections.warm_up()

    assert connections.s3 is connections.s3
    assert connections.dynamodb.meta.endpoint_url == "http://127.0.0.1:9"
