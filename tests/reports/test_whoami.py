"""Whoami: which account, region and identity a command would use."""

import dataclasses

from moto import mock_aws

from opsctl.aws import Aws
from opsctl.reports import whoami
from opsctl.targets import Target


@mock_aws
def test_it_tells_who_the_caller_is(target: Target) -> None:
    found = whoami.gather(Aws(target))
    assert found.ok
    assert (found.env, found.account, found.region) == ("prod", target.account, target.region)
    assert found.arn.startswith(f"arn:aws:sts::{target.account}:")


@mock_aws
def test_credentials_of_another_account_are_not_ok(target: Target) -> None:
    found = whoami.gather(Aws(dataclasses.replace(target, account="210987654321")))
    assert not found.ok
    assert (found.account, found.expected_account) == (target.account, "210987654321")
