"""moto's own methods survive repeated installation."""

from __future__ import annotations

import pytest

from opsctl.sandbox.moto_parts.originals import original


class Owner:
    def name(self) -> str:
        return "moto's"


def test_the_first_method_seen_is_the_original() -> None:
    kept = original(Owner, "name")
    Owner.name = lambda _: "ours"  # type: ignore[method-assign]
    assert original(Owner, "name") is kept
    assert kept(Owner()) == "moto's"


def test_a_method_that_moto_no_longer_has_is_named() -> None:
    with pytest.raises(AttributeError, match="gone"):
        original(Owner, "gone")
