"""IAM roles, as far as a task needs them."""

from __future__ import annotations

import json
from typing import Any

from opsctl.aws.gateway import Gateway

ECS_TASKS = "ecs-tasks.amazonaws.com"


class Iam(Gateway):
    """Reads roles."""

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
