"""A plan with one of everything, and a terminal of paper to show it on."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import paper_terminal
import pytest

from opsctl.banner import Banner
from opsctl.plan import (
    Call,
    Danger,
    Difference,
    Do,
    Manual,
    Plan,
    Refusal,
    Wait,
)


@pytest.fixture
def banner() -> Banner:
    """A protected target."""
    who = "arn:aws:sts::123456789012:assumed-role/ops/alice"
    return Banner("rollback", "prod", "123456789012", "us-east-1", who, protected=True)


@pytest.fixture
def plan() -> Plan:
    """A plan with one of everything."""
    back = Do("Set revision 43", Call("ecs", "update", {"revision": 43}))
    return Plan(
        "go back to revision 42",
        steps=(
            Do("Set revision 42", Call("ecs", "update", {"revision": 42}), undo=(back,)),
            Do("Delete the note", Call("s3", "delete", {}), no_undo="a note is not kept"),
            Wait("Wait for the deployment", Call("deployments", "look"), timeout=1200.0),
            Manual("Tell the users", "Write to #users\nand wait for an answer"),
        ),
        danger=Danger.MODERATE,
        notes=("43 was deployed by alice",),
        differences=(Difference("image", "sha256:aaa", "sha256:bbb"),),
        refusals=(Refusal("a freeze is on", "wait until 18:00", "--emergency"),),
        checks=(Wait("The health page answers", Call("traffic", "look"), timeout=60.0),),
        next_commands=("opsctl status --env prod",),
    )


@pytest.fixture
def terminal(tmp_path: Path) -> Any:
    """`terminal(program, keys)`; standard output is a file."""
    return partial(paper_terminal.play, tmp_path / "stdout.txt")
