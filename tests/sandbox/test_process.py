"""Both kinds of process are what the fleet asks for."""

from __future__ import annotations

import inspect

import pytest

from opsctl.sandbox.process import TaskProcess
from opsctl.sandbox.processes import ServiceProcess
from opsctl.sandbox.scripted import ScriptedProcess

ASKED = ("exit_code", "terminate", "kill", "signal", "lines")


@pytest.mark.parametrize("kind", [ServiceProcess, ScriptedProcess])
@pytest.mark.parametrize("method", ASKED)
def test_a_process_has_every_method_with_the_same_arguments(kind: type, method: str) -> None:
    wanted = list(inspect.signature(getattr(TaskProcess, method)).parameters)
    assert list(inspect.signature(getattr(kind, method)).parameters) == wanted
