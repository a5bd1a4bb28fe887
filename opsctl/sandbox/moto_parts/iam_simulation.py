"""IAM: the simulation of permissions. The sandbox refuses nobody, so everything is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse

if TYPE_CHECKING:
    from opsctl.sandbox.world import World


def install(world: World) -> None:
    """Add SimulatePrincipalPolicy."""

    def simulate_principal_policy(received: Any) -> ActionResult:
        resources = received._get_param("ResourceArns") or ["*"]
        results = [
            {
                "EvalActionName": action,
                "EvalResourceName": resource,
                "EvalDecision": "allowed",
            }
            for action in received._get_param("ActionNames")
            for resource in resources
        ]
        return ActionResult({"EvaluationResults": results, "IsTruncated": False})

    IamResponse.simulate_principal_policy = simulate_principal_policy
