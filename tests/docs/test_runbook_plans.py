"""What RUNBOOK.md shows of plans is made from plans; OPSCTL_WRITE_DOCS=1 writes it anew."""

from __future__ import annotations

import inspect
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import plan_blocks
import pytest
from erasing import door
from procedure_samples import SAMPLES, UP_TO
from runbook_map import every_procedure

from opsctl import runbook
from opsctl.aws import Aws
from opsctl.plan import Call, Do, Plan, Step, Wait, to_json
from opsctl.sandbox.emulator import Emulator

DOCUMENT = Path(__file__).parents[2] / "RUNBOOK.md"
SECRET = re.compile(r"hf_(?!api_key)[a-z0-9]\w{5,}|sandbox-only|-----BEGIN")


@pytest.fixture(scope="module")
def aws(emulator: Emulator) -> Aws:
    """The door to the seeded emulator, with all its names."""
    return door(emulator)


@pytest.fixture(scope="module")
def plans(aws: Aws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Plan]]:
    """The plan of every procedure, by its name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield {it.name: it.plan(aws) for it in SAMPLES}


def written(text: str, plans: dict[str, Plan]) -> str:
    """The runbook with every block as it is now."""
    blocks: dict[str, dict[str, str]] = defaultdict(dict)
    for sample in SAMPLES:
        made = plan_blocks.block(sample.name, plans[sample.name], sample.up_to)
        blocks[sample.procedure.section][sample.name] = made
    for section in runbook.parse(text, "RUNBOOK.md").sections:
        renewed = plan_blocks.renewed(section.text, blocks[section.title])
        text = text.replace(section.text.rstrip("\n"), renewed.rstrip("\n"))
    return text


def test_the_blocks_are_what_the_plans_say(plans: dict[str, Plan]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    if os.environ.get("OPSCTL_WRITE_DOCS"):
        text = written(text, plans)
        DOCUMENT.write_text(text, encoding="utf-8")
    assert text == written(text, plans), "stale: OPSCTL_WRITE_DOCS=1 pytest tests/docs"


def test_a_block_that_somebody_edited_is_noticed(plans: dict[str, Plan]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for old in ("Danger: severe;", "*Undo:* Unblock", "*Verified afterwards:* Every"):
        edited = text.replace(old, f"{old} perhaps", 1)
        assert edited != text
        assert written(edited, plans) == text


def test_every_procedure_has_a_sample_and_a_block_in_its_own_section() -> None:
    wanted = every_procedure()
    assert sorted(it.name for it in SAMPLES) == sorted(wanted)
    assert set(UP_TO) <= set(wanted)
    book = runbook.load()
    there = {
        name: section.title
        for section in book.sections
        for name in plan_blocks.named(section.part("What it does"))
    }
    assert there == wanted


def test_the_runbook_tells_each_danger_as_the_plans_have_it(plans: dict[str, Plan]) -> None:
    for section in runbook.load().sections:
        own = [
            (it.up_to or plans[it.name].danger).value
            for it in SAMPLES
            if it.procedure.section == section.title
        ]
        assert section.danger == max(own, key=runbook.DANGERS.index, default="none")


def test_no_block_tells_what_only_one_emulator_has(plans: dict[str, Plan], aws: Aws) -> None:
    shown = "\n".join(plan_blocks.block(name, plan) for name, plan in plans.items())
    assert aws.target.user_pool not in shown
    assert not re.search(r"\b[0-9a-f]{12,}\b(?<!123456789012)|\d\d:\d\d|localhost|127\.0", shown)


def test_every_call_of_every_plan_binds_and_none_tells_a_secret(
    plans: dict[str, Plan], aws: Aws
) -> None:
    for plan in plans.values():
        for it in _calls((*plan.steps, *plan.checks, *plan.on_failure)):
            method = getattr(getattr(aws, it.gateway), it.method)
            inspect.signature(method).bind_partial(**it.arguments)
        text = json.dumps([to_json(step) for step in plan.steps]) + plan.summary + str(plan.notes)
        assert not SECRET.search(text), SECRET.search(text)


def test_every_change_of_every_plan_says_how_it_is_taken_back_or_why_not(
    plans: dict[str, Plan],
) -> None:
    for step in (it for plan in plans.values() for it in plan.steps):
        if isinstance(step, Do):
            assert bool(step.undo) != bool(step.no_undo), step.title


def _calls(steps: tuple[Step, ...]) -> Iterator[Call]:
    for step in steps:
        if isinstance(step, Do):
            yield step.call
            yield from _calls(step.undo)
        elif isinstance(step, Wait):
            yield step.check
