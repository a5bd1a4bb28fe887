"""Alarm mute rules: silences that CloudWatch itself ends.

No alarm says that it is muted, and the list of rules names no alarm, so each rule is read.
"""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from opsctl.aws import muting
from opsctl.aws.gateway import Gateway
from opsctl.aws.muting import OURS, Known, MuteRule
from opsctl.errors import FactsChanged, NoAccess, OpsctlError
from opsctl.plan import Progress

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

MOST_ALARMS = 100
"""What one rule mutes."""
LONGEST = timedelta(days=15)
_MINUTE = timedelta(minutes=1)
Schedule = dict[str, str]
"""Expression, Duration and Timezone, as CloudWatch has them."""
_NO_SUCH_THING = frozenset(
    {"InvalidAction", "NotImplemented", "UnknownOperationException", "UnsupportedOperation"}
)
_NOT_VALID = frozenset(
    {"InvalidParameterInput", "InvalidParameterValue", "ValidationError", "ValidationException"}
)


class MuteRules(Gateway):
    """Put, Get, List and DeleteAlarmMuteRule."""

    def active(self) -> tuple[MuteRule, ...]:
        """The rules that mute now, by name; none where this AWS has no such thing."""
        names = self._names_if_any("ACTIVE")
        return tuple(it for it in self._read(names) if it.status == "ACTIVE")

    def known(self) -> Known:
        """What there is to begin and end silences with. Where mute rules may not be read, or are
        not there, that is no error but the `problem`."""
        from botocore.exceptions import ClientError

        try:
            # One that is to begin is opsctl's own of this very minute; others' begin some day.
            soon = (name for name in self._names("SCHEDULED") if name.startswith(OURS))
            return Known(self._read([*self._names("ACTIVE"), *soon]))
        except ClientError as error:
            failure = self._told(error, "ListAlarmMuteRules")
            if getattr(failure, "aws_code", "") in _NO_SUCH_THING:
                return Known(problem="CloudWatch has no alarm mute rules here")
            if isinstance(failure, NoAccess):
                return Known(problem=failure.message)
            raise

    def leftovers(self, env: str) -> tuple[str, ...]:
        """The names of opsctl's rules of an environment that are over and still listed."""
        mine = re.compile(rf"{OURS}{re.escape(env)}-\d{{8}}t\d{{4}}-[0-9a-f]+-\d+")
        return tuple(name for name in self._names_if_any("EXPIRED") if mine.fullmatch(name))

    def now(self) -> datetime:
        """The time by this machine's clock."""
        return datetime.now(UTC)

    def put(
        self,
        name: str,
        alarms: list[str],
        until: str,
        description: str,
        replacing: list[str],
    ) -> None:
        """Makes the rule mute exactly these alarms until then (ISO 8601); none: deletes it.

        `replacing` are the alarms that it mutes before. Raises FactsChanged when they are others,
        or when that time is over.
        """
        there = self._get(name)
        muted = sorted(there.alarms) if there and there.status != "EXPIRED" else []
        if muted == sorted(alarms):
            return
        if muted != sorted(replacing):
            raise FactsChanged(
                f"The mute rule {name} holds other alarms than before: "
                f"{', '.join(muted) or 'none'}.",
                hint="Look again: opsctl alarms list",
            )
        if not alarms:
            self._client.delete_alarm_mute_rule(AlarmMuteRuleName=name)
            return
        end = datetime.fromisoformat(until)
        if end <= self.now():
            raise FactsChanged(
                f"The silence was to end at {until[:16]} UTC, and that is over.",
                hint="Run the command again, with a time that lies ahead.",
            )
        self._write(name, alarms, description, _schedules(there, self.now(), end))

    def clear(self, names: list[str]) -> None:
        """Deletes rules that are over; one that mutes again is left."""
        for name in names:
            there = self._get(name)
            if there and there.status == "EXPIRED":
                self._client.delete_alarm_mute_rule(AlarmMuteRuleName=name)

    def holds(self, name: str, alarms: list[str]) -> Progress:
        """Whether the rule mutes exactly these alarms by now; with none, whether it is gone."""
        there = self._get(name)
        if there is None or (there.status == "EXPIRED" and not alarms):
            return Progress(not alarms, f"there is no rule {name}")
        if sorted(there.alarms) != sorted(alarms):
            return Progress(False, f"{name} mutes {len(there.alarms)} alarms, not {len(alarms)}")
        end = f" until {there.until:%H:%M} UTC" if there.until else ""
        return Progress(there.status == "ACTIVE", f"{name} is {there.status}{end}")

    def _write(
        self, name: str, alarms: list[str], description: str, schedules: list[Schedule]
    ) -> None:
        """Writes the rule with the first of the schedules by which it mutes at once.

        What CloudWatch makes of a minute that has begun is not documented, so it is read again.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        for schedule in schedules:
            try:
                self._client.put_alarm_mute_rule(
                    Name=name,
                    Description=description,
                    Rule={"Schedule": schedule},
                    MuteTargets={"AlarmNames": alarms},
                )
            except ClientError as error:
                code = error.response.get("Error", {}).get("Code", "")
                if code in _NOT_VALID and schedule is not schedules[-1]:
                    continue
                raise self._refused(error) from None
            # The rule is written: that it cannot be read now is for the check to tell.
            with contextlib.suppress(BotoCoreError, ClientError):
                there = self._get(name)
                if there and there.status != "ACTIVE":
                    continue
            return

    def _refused(self, error: ClientError) -> OpsctlError:
        """The error in opsctl's words, with the other way where this one is not permitted."""
        failure = self._told(error, "PutAlarmMuteRule")
        if isinstance(failure, NoAccess):
            failure.hint += (
                "\nIt is needed on the mute rule and on every alarm. Without it: opsctl alarms "
                "silence … --disable-actions"
            )
        return failure

    def _told(self, error: ClientError, operation: str) -> OpsctlError:
        from opsctl.aws import failures

        return failures.translate(
            error,
            operation=f"cloudwatch:{operation}",
            caller_arn=self.aws.known_caller_arn,
            target=self.aws.target,
            command=self.aws.command,
        )

    def _read(self, names: list[str]) -> tuple[MuteRule, ...]:
        # `n=n`: each read keeps its own name.
        found = self.aws.at_once(*(lambda n=n: self._get(n) for n in names)) if names else ()
        return tuple(it for it in found if it)

    def _names_if_any(self, status: str) -> list[str]:
        from botocore.exceptions import ClientError

        try:
            return self._names(status)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code", "") not in _NO_SUCH_THING:
                raise
            return []

    def _names(self, status: str) -> list[str]:
        pages = self._client.get_paginator("list_alarm_mute_rules").paginate(Statuses=[status])
        arns = [it["AlarmMuteRuleArn"] for page in pages for it in page["AlarmMuteRuleSummaries"]]
        return sorted(arn.partition(":alarm-mute-rule:")[2] for arn in arns)

    def _get(self, name: str) -> MuteRule | None:
        client = self._client
        try:
            return muting.parsed(client.get_alarm_mute_rule(AlarmMuteRuleName=name))
        except client.exceptions.ResourceNotFoundException:
            return None

    @property
    def _client(self) -> Any:
        return self.aws.client("cloudwatch")


def _schedules(there: MuteRule | None, now: datetime, end: datetime) -> list[Schedule]:
    """How to mute from now until the end, the best way first: as the rule does already, from this
    minute, from the next one."""
    this = now.replace(second=0, microsecond=0)
    fresh = [_one_time(begins, end) for begins in (this, this + _MINUTE)]
    if there is None or there.status != "ACTIVE":
        return fresh
    # A rule of others may expire before its window does; by its schedule alone it would not.
    if muting.end(there.expression, there.duration, there.zone) != end:
        return fresh
    own = {"Expression": there.expression, "Duration": there.duration, "Timezone": there.zone}
    return [own, *fresh]


def _one_time(begins: datetime, end: datetime) -> Schedule:
    minutes = max(1, -((begins - min(end, begins + LONGEST)) // _MINUTE))
    return {
        "Expression": f"at({begins:%Y-%m-%dT%H:%M})",
        "Duration": f"PT{minutes}M",
        "Timezone": "UTC",
    }
