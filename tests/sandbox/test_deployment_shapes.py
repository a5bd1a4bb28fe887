"""Shapes hold what the model of botocore names, and nothing else."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from opsctl.sandbox import deployment_shapes, service, task


def model(name: str) -> Any:
    return botocore.session.get_session().get_service_model("ecs").shape_for(name)


def unknown(shape: Any, value: Any, path: str = "") -> list[str]:
    """Fields of a value that the model does not have."""
    if shape.type_name == "structure" and isinstance(value, dict):
        extra = [f"{path}.{key}" for key in value if key not in shape.members]
        known = [(shape.members[key], it, key) for key, it in value.items() if key in shape.members]
        return extra + [
            bad for each, it, key in known for bad in unknown(each, it, f"{path}.{key}")
        ]
    if shape.type_name == "list":
        return [bad for it in value for bad in unknown(shape.member, it, f"{path}[]")]
    return []


@pytest.mark.parametrize("tag", ["1.1.0", "1.4.0-crash"])
def test_every_field_is_one_of_the_model(account: Any, tag: str) -> None:
    account.serve("1.0.0")
    account.service.pause_at = "PRE_SCALE_UP"
    account.deploy("1.1.0")
    account.advance(1)
    account.service.pause_at = ""
    account.deploy(tag)
    account.settle()
    it = account.service
    for deployment in it.deployments:
        full = deployment_shapes.full(it, deployment)
        assert unknown(model("ServiceDeployment"), full) == []
        brief = deployment_shapes.brief(it, deployment)
        assert unknown(model("ServiceDeploymentBrief"), brief) == []
        assert "status" in full
    for revision in it.revisions.values():
        assert unknown(model("ServiceRevision"), deployment_shapes.revision(it, revision)) == []
    assert unknown(model("Service"), service.shape(it)) == []
    for each in [*it.tasks, *account.stopped()]:
        assert unknown(model("Task"), task.shape(each)) == []


def test_an_ended_deployment_keeps_the_counts_it_ended_with(account: Any) -> None:
    account.serve("1.0.0")
    account.deploy("1.1.0")
    account.settle()
    account.deploy("1.2.0")
    account.settle()
    former = deployment_shapes.full(account.service, account.service.deployments[-2])
    assert former["targetServiceRevision"]["runningTaskCount"] == 2
