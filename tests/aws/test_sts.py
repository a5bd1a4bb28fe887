"""Who the caller is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opsctl import errors
from opsctl.aws import Aws

ANSWER = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Arn>arn:aws:iam::210987654321:user/ana</Arn><UserId>AIDA</UserId>
<Account>210987654321</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"""


def test_the_caller_is_asked_for_once(aws: Aws) -> None:
    assert aws.known_caller_arn is None
    caller = aws.sts.caller()
    assert caller.account == "123456789012"
    assert aws.sts.caller() is caller
    assert aws.known_caller_arn == caller.arn
    assert [it.operation for it in aws.requests] == ["GetCallerIdentity"]


def test_credentials_of_the_right_account_are_accepted(aws: Aws) -> None:
    assert aws.check_account() == aws.sts.caller()


def test_credentials_of_another_account_are_refused_with_both_names(
    at_told: Callable[..., Aws], told: Any
) -> None:
    told.answer(200, ANSWER)
    with pytest.raises(errors.NoAccess) as raised:
        at_told().check_account()
    assert "arn:aws:iam::210987654321:user/ana of account 210987654321" in raised.value.message
    assert "prod is account 123456789012" in raised.value.message
    assert "AWS_PROFILE" in raised.value.hint


@pytest.mark.parametrize("ahead", [-3600, 0, 3600])
def test_the_clock_is_compared_with_the_date_that_aws_sends(
    at_told: Callable[..., Aws], told: Any, ahead: int
) -> None:
    theirs = datetime.now(UTC) - timedelta(seconds=ahead)
    told.answer(200, ANSWER)
    told.date = theirs
    assert at_told().sts.clock_skew() == pytest.approx(ahead, abs=3)
