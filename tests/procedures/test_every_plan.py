"""What holds for the plan of every procedure: it binds, tells no secret, ends and comes back."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opsctl.aws import Aws
from opsctl.plan import Call, Do, Plan, Step, Wait, to_json, undo_steps
from opsctl.procedures import (
    block_ip,
    cpu_target,
    deploy,
    restart,
    rollback,
    scale_bounds,
    scale_count,
    silence_alarms,
    task_size,
    unblock_ip,
)
from opsctl.procedures.quiet_release import Quiet
from opsctl.sandbox.emulator import Emulator

LATER = (datetime.now(UTC) + timedelta(days=3)).replace(microsecond=0).isoformat()
SECRET = re.compile(r"hf_[a-z0-9]\w{5,}|AKIA\w{12,}|sandbox-only|-----BEGIN")


@dataclass(frozen=True)
class Sample:
    """A procedure with a request that changes something in the seeded emulator."""

    name: str
    procedure: Any
    request: Any
    ends: bool = True
    """Planning again on the result finds nothing to do."""


SAMPLES = [
    Sample("deploy", deploy.PROCEDURE, deploy.Request("local", "1.3.0")),
    Sample("rollback", rollback.PROCEDURE, rollback.Request("local", "2")),
    Sample("restart", restart.PROCEDURE, restart.Request("local"), ends=False),
    Sample("scale count", scale_count.PROCEDURE, scale_count.Request("local", 3)),
    Sample("scale both", scale_count.PROCEDURE, scale_count.Request("local", 8, True)),
    Sample("scale bounds", scale_bounds.PROCEDURE, scale_bounds.Request("local", 3, 7)),
    Sample("block ip", block_ip.PROCEDURE, block_ip.Request("local", ("8.8.4.4/32",))),
    Sample("unblock ip", unblock_ip.PROCEDURE, unblock_ip.Request("local", ("203.0.113.0/24",))),
    Sample(
        "silence",
        silence_alarms.PROCEDURE,
        silence_alarms.Request("local", ("*",), LATER, "opsctl-a"),
    ),
    Sample(
        "switch off",
        silence_alarms.PROCEDURE,
        silence_alarms.Request("local", ("cpu-high",), LATER, "opsctl-b", disable_actions=True),
    ),
    Sample(
        "quiet deploy",
        deploy.PROCEDURE,
        deploy.Request("local", "1.3.0", silence=Quiet(LATER, "opsctl-c")),
    ),
    Sample("task size", task_size.PROCEDURE, task_size.Request("local", 512, 1024)),
    Sample("cpu target", cpu_target.PROCEDURE, cpu_target.Request("local", 55)),
]


@pytest.fixture(scope="module", autouse=True)
def own_records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is recorded beside the journal lies in a folder of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(params=SAMPLES, ids=lambda it: it.name)
def sample(request: pytest.FixtureRequest) -> Sample:
    found: Sample = request.param
    return found


def planned(sample: Sample, aws: Aws) -> Plan:
    plan: Plan = sample.procedure.plan(sample.request, sample.procedure.gather(sample.request, aws))
    return plan


def calls(steps: tuple[Step, ...]) -> Iterator[Call]:
    for step in steps:
        if isinstance(step, Do):
            yield step.call
            yield from calls(step.undo)
        elif isinstance(step, Wait):
            yield step.check


def apply(aws: Aws, emulator: Emulator, steps: Any) -> None:
    """The changes of a plan, without the runner around them."""
    for step in steps:
        if isinstance(step, Do):
            with aws.changing():
                aws.perform(step.call)
            emulator.settle()


def seen(aws: Aws) -> dict[str, Any]:
    """What the procedures change, as it is now."""
    place = (aws.target.cluster, aws.target.service)
    service = aws.ecs.service(*place)
    bounds, policies = aws.autoscaling.bounds(*place), aws.autoscaling.policies(*place)
    return {
        "task definition": service.task_definition,
        "desired": service.desired,
        "bounds": bounds,
        "policies": policies,
        "muted": sorted(name for it in aws.mute_rules.active() for name in it.alarms),
        "switched off": [it.alarm for it in aws.alarm_actions.recorded()],
        "blocked": sorted(aws.waf.addresses(aws.target.blocked_ips).ranges),
    }


def test_every_call_binds_to_a_method_of_a_gateway(sample: Sample, local: Aws) -> None:
    plan = planned(sample, local)
    found = list(calls(plan.steps + plan.checks))
    assert found
    for call in found:
        gateway = getattr(local, call.gateway)
        method: Callable[..., Any] = getattr(gateway, call.method)
        inspect.signature(method).bind_partial(**call.arguments)
        assert importlib.import_module(f"opsctl.aws.{call.gateway}")


def test_no_plan_tells_a_secret(sample: Sample, local: Aws) -> None:
    plan = planned(sample, local)
    text = json.dumps([to_json(step) for step in plan.steps]) + plan.summary + str(plan.notes)
    assert not SECRET.search(text), SECRET.search(text)


def test_every_change_says_how_it_is_taken_back_or_why_it_is_not(
    sample: Sample, local: Aws
) -> None:
    changes = [it for it in planned(sample, local).steps if isinstance(it, Do)]
    assert changes
    assert [it.title for it in changes if bool(it.undo) == bool(it.no_undo)] == []


def test_the_same_facts_give_the_same_plan(sample: Sample, local: Aws) -> None:
    facts = sample.procedure.gather(sample.request, local)
    first = sample.procedure.plan(sample.request, facts)
    assert sample.procedure.plan(sample.request, facts) == first


def test_applied_it_is_done_and_undone_it_is_as_before(
    sample: Sample, local: Aws, emulator: Emulator
) -> None:
    before = seen(local)
    plan = planned(sample, local)
    assert plan.changes
    assert not plan.refusals
    apply(local, emulator, plan.steps)
    again = planned(sample, local)
    assert again.changes is not sample.ends, again.summary
    if sample.ends:
        assert seen(local) != before
    apply(local, emulator, undo_steps(plan.steps))
    assert seen(local) == before
