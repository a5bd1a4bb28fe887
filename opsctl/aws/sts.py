"""Who the caller is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from opsctl.aws.gateway import Gateway

if TYPE_CHECKING:
    from opsctl.aws import Aws


@dataclass(frozen=True)
class Caller:
    """The identity behind the credentials, as AWS sees it."""

    account: str
    """Twelve digits."""
    arn: str
    user_id: str


class Sts(Gateway):
    """AWS Security Token Service."""

    def __init__(self, aws: Aws) -> None:
        super().__init__(aws)
        self._caller: Caller | None = None

    @property
    def known_arn(self) -> str | None:
        """The caller's ARN when it was asked for before; never asks AWS."""
        return self._caller.arn if self._caller else None

    def caller(self) -> Caller:
        """Account, ARN and user id of the credentials; AWS is asked once."""
        if self._caller is None:
            answer = self.aws.client("sts").get_caller_identity()
            self._caller = Caller(answer["Account"], answer["Arn"], answer["UserId"])
        return self._caller

    def clock_skew(self) -> float:
        """Seconds by which this machine's clock is ahead of AWS's (negative: behind).

        Taken from the Date header, whose resolution is one second, in the middle of the call.
        """
        from email.utils import parsedate_to_datetime

        before = datetime.now(UTC)
        answer = self.aws.client("sts").get_caller_identity()
        after = datetime.now(UTC)
        theirs = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        return (before + (after - before) / 2 - theirs).total_seconds()
