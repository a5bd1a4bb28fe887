"""A procedure is a value: the runbook's section with its two functions."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

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


def test_every_one_names_a_section_that_the_runbook_has() -> None:
    faults = [
        f"{it.name}: {it.section}" for it in procedures() if f"\n## {it.section}\n" not in RUNBOOK
    ]
    assert not faults, "\n".join(faults)


def test_no_two_have_the_same_name() -> None:
    names = [it.name for it in procedures()]
    assert len(names) == len(set(names))
