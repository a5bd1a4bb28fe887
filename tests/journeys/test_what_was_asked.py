"""What all journeys asked of AWS is what the policies of their commands allow: no less, no more."""

from __future__ import annotations

from dataclasses import replace

import permitted
import pytest
from what_ran import seen

from opsctl.aws import permissions
from opsctl.aws.permissions.needs import OWN_KEY
from opsctl.sandbox import authorization

pytestmark = [pytest.mark.journey, pytest.mark.last]

TOLD = ("slack:hook", "sns:arn:aws:sns:us-east-1:123456789012:changes")
"""The channels of journeys that tell somebody."""
ELSEWHERE = ("/alone", "/theirs", "/captions-journey", "/captions-by-hand")
"""Of journeys with a configuration of their own: the policy of `local` is not theirs."""


def test_whatever_a_command_asked_for_is_in_its_row_and_in_its_policy(
    request: pytest.FixtureRequest,
) -> None:
    lacking = set()
    for one in seen(request):
        target = replace(one.target, notify=TOLD)
        for spelled, made in one.commands.items():
            rows = permissions.of_session(spelled)
            known = {need.name for row in rows for need in permissions.needs(row)}
            known |= {need.name for need in permissions.notices(rows)}
            document = permissions.policy_of(rows, target).document
            lacking |= {f"{spelled}: {operation}" for operation in made.keys() - known}
            lacking |= {
                f"{spelled}: {action} on {arn}"
                for record in made.values()
                for action, arn in record["asked"]
                if not authorization.allows(document, action, arn) and not arn.endswith(ELSEWHERE)
            }
    assert sorted(lacking) == []


def test_whatever_is_in_a_row_was_asked_for(request: pytest.FixtureRequest) -> None:
    everybody = seen(request)
    idle = {
        f"{row}: {need.name} at {need.at or 'its place'} ({need.serves})"
        for row, it in permissions.table().items()
        for need in it.needs
        if need.serves != OWN_KEY
        and not need.unseen
        and not any(
            permitted.is_seen(need, made, one.target)
            for one in everybody
            for made in permitted.recorded_of(row, one.commands, need)
        )
    }
    assert sorted(idle) == []
