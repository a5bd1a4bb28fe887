"""The API listens on this machine only."""

from __future__ import annotations

import socket
from typing import Any

import pytest


def test_it_listens_on_the_loopback_address_and_stops(account: Any) -> None:
    account.client("ecs").list_clusters()
    host, port = account.endpoint_url.removeprefix("http://").split(":")
    assert host == "127.0.0.1"
    account.stop()
    with pytest.raises(OSError), socket.create_connection((host, int(port)), timeout=1):
        pass
    account.world.endpoint = ""
