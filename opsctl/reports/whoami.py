"""Whoami: which account, region and identity a command would use."""

from __future__ import annotations

from dataclasses import dataclass

from opsctl.aws import Aws


@dataclass(frozen=True)
class Identity:
    """Who the credentials belong to, beside what the target expects."""

    env: str
    region: str
    profile: str
    """Empty: AWS's own chain decides."""
    account: str
    expected_account: str
    arn: str
    user_id: str

    @property
    def ok(self) -> bool:
        """Whether the credentials are of the target's account."""
        return self.account == self.expected_account


def gather(aws: Aws) -> Identity:
    """Ask AWS who the caller is. Raises NoAccess when nobody is signed in."""
    caller = aws.sts.caller()
    target = aws.target
    return Identity(
        env=target.env,
        region=target.region,
        profile=target.profile,
        account=caller.account,
        expected_account=target.account,
        arn=caller.arn,
        user_id=caller.user_id,
    )
