"""By hand: a policy that opsctl printed is given to a role, changed, and taken away again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from at_aws import AtAws
from by_hand import Hand
from running import RunningSandbox

pytestmark = pytest.mark.journey

TITLE = "Grant what a command needs"
ROLE = "on-call"
TRUST = {"Version": "2012-10-17", "Statement": []}


def printed(hand: Hand, sandbox: RunningSandbox, *words: str) -> Any:
    """What `opsctl iam policy … > policy.json` leaves in the operator's folder."""
    done = sandbox.opsctl("iam", "policy", *words, "-e", "local")
    assert done.returncode == 0, done.stderr
    (hand.folder / "policy.json").write_text(done.stdout)
    return json.loads(done.stdout)


def attached(aws: AtAws) -> list[Any]:
    """The documents of what the role was given."""
    found = aws.iam.list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"]
    documents = []
    for each in found:
        policy = aws.iam.get_policy(PolicyArn=each["PolicyArn"])["Policy"]
        version = aws.iam.get_policy_version(
            PolicyArn=each["PolicyArn"], VersionId=policy["DefaultVersionId"]
        )
        documents.append(version["PolicyVersion"]["Document"])
    return documents


def test_a_policy_is_given_and_taken_away(hand: Hand, aws: AtAws, steady: RunningSandbox) -> None:
    aws.iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST))
    looking = printed(hand, steady, "status")
    hand.do(TITLE, 0)
    assert attached(aws) == [looking]
    hand.do(TITLE, 1)
    scaling = printed(hand, steady, "scale count")
    hand.do(TITLE, 2)
    assert attached(aws) == [scaling] != [looking]
    hand.do(TITLE, 0, code=None)  # there is one of that name already
    hand.do(TITLE, 3)
    assert attached(aws) == []
