"""Task size with Terraform: facts in, plan out."""

from __future__ import annotations

import pytest
from planned import RELEASE, saved
from samples import definition, digest, live

from opsctl.aws.terraform_plans import Planned
from opsctl.aws.tfvars import Value
from opsctl.errors import UsageProblem
from opsctl.plan import Do, Plan
from opsctl.procedures import task_size_terraform
from opsctl.procedures.task_size import Request
from opsctl.procedures.task_size_terraform import Facts

NOW = live()
OTHER = NOW.image.replace(digest("c"), digest("e"))
SAID: dict[str, Value] = {"image": NOW.image, "task_cpu": 256, "task_memory": 512}


def plan(request: Request, planned: Planned) -> Plan:
    return task_size_terraform.plan(request, Facts(NOW, planned))


def test_only_the_size_is_written_and_both_values_are_shown() -> None:
    made = plan(Request("prod", 512, 1024), saved(*RELEASE, former=SAID))
    apply = made.steps[0]
    assert isinstance(apply, Do)
    assert apply.call.arguments["values"] == {"task_cpu": 512, "task_memory": 1024}
    assert apply.call.arguments["replacing"] == {"task_cpu": 256, "task_memory": 512}
    shown = [(it.name, it.before, it.after) for it in made.differences]
    assert shown == [
        ("task size", "0.25 vCPU, 512 MiB", "0.5 vCPU, 1 GiB"),
        ("task_cpu in prod.tfvars", "256", "512"),
        ("task_memory in prod.tfvars", "512", "1024"),
    ]
    assert made.on_failure
    assert apply.undo


def test_what_is_not_given_stays_as_it_runs() -> None:
    made = plan(Request("prod", memory=1024), saved(*RELEASE, former=SAID))
    apply = made.steps[0]
    assert isinstance(apply, Do)
    assert apply.call.arguments["values"] == {"task_memory": 1024}


def test_a_file_that_names_another_image_does_not_release_it_on_the_way() -> None:
    made = plan(Request("prod", 512, 1024), saved(*RELEASE, former={**SAID, "image": OTHER}))
    apply = made.steps[0]
    assert isinstance(apply, Do)
    assert apply.call.arguments["values"]["image"] == NOW.image  # type: ignore[index,call-overload]
    assert any("named another image" in it for it in made.notes)


def test_the_size_that_is_there_is_nothing_to_do() -> None:
    made = plan(Request("prod", 256, 512), saved(former=SAID))
    assert made.steps == ()
    assert "already has tasks of 0.25 vCPU" in made.summary


def test_a_pair_that_fargate_does_not_have_is_refused() -> None:
    with pytest.raises(UsageProblem, match="no tasks of 256 CPU units with 4096"):
        plan(Request("prod", 256, 4096), saved(former=SAID))


def test_tasks_without_a_size_of_their_own_need_both_values() -> None:
    bare = Facts(live(definition=definition(cpu="", memory="")), saved(former=SAID))
    with pytest.raises(UsageProblem):
        task_size_terraform.plan(Request("prod", cpu=256), bare)
