"""Roles through the emulator."""

from __future__ import annotations

from opsctl.aws import Aws


def test_the_roles_of_the_live_task_are_fit_for_ecs(local: Aws) -> None:
    service = local.ecs.service(local.target.cluster, local.target.service)
    definition = local.task_definitions.revision(service.task_definition)
    assert local.iam.role_problem(definition.execution_role) == ""
    assert local.iam.role_problem(definition.task_role) == ""


def test_a_role_that_is_not_there_is_a_problem(local: Aws) -> None:
    assert "does not exist" in local.iam.role_problem("arn:aws:iam::123456789012:role/nope")


def test_a_role_for_somebody_else_is_a_problem(local: Aws) -> None:
    with local.changing():
        made = local.client("iam").create_role(
            RoleName="other",
            AssumeRolePolicyDocument='{"Statement": [{"Principal": {"Service": "ec2"}}]}',
        )
    assert "does not trust" in local.iam.role_problem(made["Role"]["Arn"])
