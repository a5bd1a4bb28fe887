"""`opsctl deploy`: words into a request."""

from __future__ import annotations

import pytest
from asked import Asked

from opsctl.plan import Danger
from opsctl.procedures.deploy import Request


@pytest.mark.parametrize("image", ["1.3.0", "sha256:" + "a" * 64, "é ☃"])
def test_the_image_is_handed_on_as_it_was_typed(asked: Asked, image: str) -> None:
    assert asked("deploy", image, "-e", "local") == 0
    assert asked.last == ("deploy", Request("local", image, 1200.0), Danger.MODERATE)


def test_without_an_image_it_is_a_usage_error(asked: Asked) -> None:
    assert asked("deploy", "-e", "local") == 2
    assert asked.requests == []


def test_with_terraform_the_same_request_goes_another_way(asked: Asked) -> None:
    assert asked("deploy", "1.3.0", "--terraform", "-e", "local") == 0
    name, request, danger = asked.last
    assert (name, request.image, danger) == ("deploy --terraform", "1.3.0", Danger.MODERATE)
