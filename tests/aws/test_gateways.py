"""Every gateway by its name."""

from __future__ import annotations

from opsctl.aws import Aws
from opsctl.aws.gateways import Gateways


def test_every_gateway_that_is_named_can_be_opened(aws: Aws) -> None:
    assert Gateways.__annotations__
    for name, kind in Gateways.__annotations__.items():
        assert type(getattr(aws, name)).__name__ == kind


def test_the_door_names_none_besides() -> None:
    assert not vars(Aws).get("__annotations__")
