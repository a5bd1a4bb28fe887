"""The simulation of permissions in the sandbox, which refuses nobody."""

from __future__ import annotations

from opsctl.aws import Aws


def test_everything_is_allowed_on_every_resource(local: Aws) -> None:
    who = "arn:aws:iam::123456789012:role/anybody"
    answer = local.client("iam").simulate_principal_policy(
        PolicySourceArn=who,
        ActionNames=["dynamodb:PutItem", "dynamodb:Scan"],
        ResourceArns=["arn:one", "arn:two"],
    )
    found = [(it["EvalActionName"], it["EvalDecision"]) for it in answer["EvaluationResults"]]
    assert sorted(found) == [
        *[("dynamodb:PutItem", "allowed")] * 2,
        *[("dynamodb:Scan", "allowed")] * 2,
    ]
    assert local.iam.denied(who, ["dynamodb:PutItem"], ["arn:one"]) == ()
