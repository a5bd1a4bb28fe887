"""A procedure is a value: the runbook's section with its two functions."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest

import opsctl.procedures
from opsctl.procedure import Procedure

RUNBOOK = (Path(__file__).parent.parent / "RUNBOOK.md").read_text()


def procedures() -> list[Procedure[object, object]]:
    """Every procedure of every module."""
    found = []
    for module in pkgutil.iter_modules(opsctl.procedures.__path__):
        loaded = importlib.import_module(f"opsctl.procedures.{module.name}")
        found += [it for it in vars(loaded).values() if isinstance(it, Procedure)]
    return found


@pytest.mark.parametrize("procedure", procedures(), ids=lambda it: it.name)
def test_it_names_a_section_that_the_runbook_has(procedure: Procedure[object, object]) -> None:
    assert f"\n## {procedure.section}\n" in RUNBOOK, procedure.section


def test_no_two_have_the_same_name() -> None:
    names = [it.name for it in procedures()]
    assert len(names) == len(set(names))
