"""The parts fit one release of moto, and say so when they meet another."""

from __future__ import annotations

import importlib.metadata
import tomllib
from pathlib import Path

import pytest

from opsctl.errors import BadConfig
from opsctl.sandbox import moto_parts


def test_the_pinned_moto_is_the_one_that_is_declared() -> None:
    declared = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())
    extra = declared["project"]["optional-dependencies"]["sandbox"]
    assert f"moto[server]=={moto_parts.PINNED}" in extra


def test_the_installed_moto_will_do() -> None:
    moto_parts.check_moto()


def test_another_moto_is_refused_with_the_command_that_mends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "6.0.0")
    with pytest.raises(BadConfig, match=r"needs moto 5\.2\.5, and 6\.0\.0 is") as caught:
        moto_parts.check_moto()
    assert caught.value.hint == "pip install 'opsctl[sandbox]'"


@pytest.mark.parametrize("name", ["moto.ecs.models:Gone", "moto.gone:Thing", "moto:core.gone"])
def test_what_is_missing_in_moto_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moto_parts, "RELIED_ON", (name,))
    with pytest.raises(BadConfig, match=f"has no {name}"):
        moto_parts.check_moto()
