"""The API listens on this machine only."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from opsctl.sandbox.api import Api


def test_it_listens_on_the_loopback_address_and_stops(account: Any) -> None:
    account.client("ecs").list_clusters()
    host, port = account.endpoint_url.removeprefix("http://").split(":")
    assert host == "127.0.0.1"
    account.stop()
    with pytest.raises(OSError), socket.create_connection((host, int(port)), timeout=1):
        pass
    account.world.endpoint = ""


def test_what_never_listens_takes_no_port(account: Any) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    Api(account.world, port)
    second = Api(account.world, port)
    endpoint = second.start()
    second.stop()
    account.world.endpoint = ""

    assert endpoint == f"http://127.0.0.1:{port}"
