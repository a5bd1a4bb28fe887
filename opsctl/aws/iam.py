"""IAM roles, as far as a task needs them."""

from __future__ import annotations

import json
from typing import Any

from opsctl.aws.gateway import Gateway

ECS_TASKS = "ecs-tasks.amazonaws.com"


class Iam(Gateway):
    """Reads roles, and asks what somebody may do."""

    @property
    def _client(self) -> Any:
        return self.aws.client("iam")

    def role_problem(self, arn: str) -> str:
        """Why ECS tasks could not take this role, in words; empty when they could."""
        client = self._client
        name = arn.rpartition("/")[2]
        try:
            role = client.get_role(RoleName=name)["Role"]
        except client.exceptions.NoSuchEntityException:
            return f"role {name} does not exist"
        trust = role.get("AssumeRolePolicyDocument", {})
        text = trust if isinstance(trust, str) else json.dumps(trust)
        if ECS_TASKS not in text:
            return f"role {name} does not trust {ECS_TASKS}"
        return ""

    def denied(self, who: str, actions: list[str], resources: list[str]) -> tuple[str, ...] | None:
        """Which of the actions IAM's own simulation denies to a user or role (ARN).

        None where that cannot be asked. It knows no resource policies and no conditions.
        """
        try:
            pages = self._client.get_paginator("simulate_principal_policy").paginate(
                PolicySourceArn=_principal(who), ActionNames=actions, ResourceArns=resources
            )
            found = [it for page in pages for it in page["EvaluationResults"]]
        except Exception as error:
            from opsctl.aws import failures

            if not failures.is_from_aws(error):
                raise
            return None
        return tuple(
            dict.fromkeys(it["EvalActionName"] for it in found if it["EvalDecision"] != "allowed")
        )


def _principal(arn: str) -> str:
    """The role behind a session's ARN, whose path it does not tell; any other ARN as it is."""
    head, found, tail = arn.partition(":assumed-role/")
    role = tail.partition("/")[0]
    return f"{head.replace(':sts:', ':iam:')}:role/{role}" if found else arn
