"""An incident told: what opsctl did, what AWS did and what people noted meanwhile, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from opsctl.aws import Aws
from opsctl.aws.cloudtrail import Event
from opsctl.aws.cloudwatch import AlarmChange
from opsctl.aws.deployments import Deployment
from opsctl.errors import OpsctlError
from opsctl.journal import Journal, chain
from opsctl.journal.incidents import Incident, Incidents
from opsctl.journal.runs import RunRecord
from opsctl.journal.walks import Walks
from opsctl.reports.incident_timeline import Entry, entries
from opsctl.targets import Target

T = TypeVar("T")

MOST_DEPLOYMENTS = 100
LAG = timedelta(minutes=15)
"""How long CloudTrail may take to tell of a call."""
GLOBAL = "us-east-1"
"""Where CloudTrail tells of services without a region, such as IAM and CloudFront's firewall."""
MOST_CALLS = 5000
"""Of a region; fifty a page and two pages a second make that most of a minute."""
ALARMS_KEPT = timedelta(days=30)
CALLS_KEPT = timedelta(days=90)
_LOOK_BACK = timedelta(days=1)
"""How long before the incident a run may have begun that was still going."""


@dataclass(frozen=True)
class Story:
    """Everything known of an incident. A part that could not be looked at is None, and
    `not_examined` says why, a sentence each."""

    incident: Incident
    until: datetime
    """How far it was looked: the end of the incident, or now."""
    made: datetime
    entries: tuple[Entry, ...]
    """Oldest first."""
    runs: tuple[RunRecord, ...]
    deployments: tuple[Deployment, ...] | None
    alarms: tuple[AlarmChange, ...] | None
    calls: tuple[Event, ...] | None
    """Only those that changed something, or tried to; oldest first."""
    not_examined: tuple[str, ...]
    manipulated: tuple[str, ...]
    """Lines of opsctl's own records that somebody edited."""


@dataclass(frozen=True)
class Records:
    """What opsctl has written down of one environment."""

    journal: Journal
    incidents: Incidents
    walks: Walks

    def manipulated(self) -> tuple[str, ...]:
        """Lines that somebody edited."""
        found = {
            "journal": self.journal.examine(),
            "incidents": self.incidents.examine(),
            **self.walks.examined(),
        }
        return chain.together(found).broken


def gather(
    aws: Aws,
    records: Records,
    incident: Incident,
    now: datetime,
    tell: Callable[[str], None] = lambda line: None,
) -> Story:
    """Reads everything. What AWS does not let us look at is said, and spoils nothing else.

    `tell` gets a line now and then on how far it is: CloudTrail is slow.
    """
    until = incident.ended or now
    looks = _Looks(incident, until, now, tell)
    began = records.journal.since(incident.began - _LOOK_BACK)
    runs = tuple(run for run in began if looks.concerns(run))
    walks = records.walks.within(incident.id)
    deployments, alarms, calls = looks.at_aws(aws)
    return Story(
        incident=incident,
        until=until,
        made=now,
        entries=entries(incident, runs, deployments or (), alarms or (), calls or (), walks),
        runs=runs,
        deployments=deployments,
        alarms=alarms,
        calls=calls,
        not_examined=tuple(looks.missed),
        manipulated=records.manipulated(),
    )


class _Looks:
    """Looks at the time of one incident; each that fails leaves a sentence in `missed`."""

    def __init__(
        self, incident: Incident, until: datetime, now: datetime, tell: Callable[[str], None]
    ) -> None:
        self._tell = tell
        self.incident = incident
        # CloudTrail tells whole seconds.
        self.since = incident.began.replace(microsecond=0)
        self.until = until
        self.now = now
        self.missed: list[str] = []

    def concerns(self, run: RunRecord) -> bool:
        """Whether a run belongs to the incident, by its tag or, without one, by its time."""
        if run.incident:
            return run.incident == self.incident.id
        return run.began <= self.until and (run.ended or self.now) >= self.incident.began

    def at_aws(
        self, aws: Aws
    ) -> tuple[
        tuple[Deployment, ...] | None, tuple[AlarmChange, ...] | None, tuple[Event, ...] | None
    ]:
        """Deployments, changes of alarms and calls; None for what could not be looked at."""
        try:
            aws.check_account()
        except OpsctlError as error:
            self.missed.append(f"deployments, alarms and CloudTrail: {error.message}")
            return None, None, None
        return (
            self._look("deployments", lambda: self._deployments(aws)),
            self._look("alarms", lambda: self._alarms(aws)),
            self._calls(aws),
        )

    def _look(self, what: str, look: Callable[[], T]) -> T | None:
        try:
            return look()
        except OpsctlError as error:
            self.missed.append(f"{what}: {error.message}")
            return None

    def _deployments(self, aws: Aws) -> tuple[Deployment, ...]:
        target = aws.target
        found = aws.deployments.history(target.cluster, target.service, MOST_DEPLOYMENTS)
        if len(found) == MOST_DEPLOYMENTS and found[-1].created > self.since:
            self.missed.append(f"deployments before {text(found[-1].created)}: too many since")
        return tuple(
            it
            for it in found
            if it.created <= self.until and (it.finished or self.now) >= self.since
        )

    def _alarms(self, aws: Aws) -> tuple[AlarmChange, ...]:
        target = aws.target
        self._forgotten("alarms", ALARMS_KEPT)
        return aws.cloudwatch.alarm_changes(
            target.alarm_prefix, target.alarm_suffix, self.since, self.until
        )

    def _calls(self, aws: Aws) -> tuple[Event, ...] | None:
        """From the home region and the global one; None when neither could be looked at."""
        regions = sorted({aws.target.region, GLOBAL})
        looked = [
            self._look(f"CloudTrail in {region}", partial(self._of, aws, region))
            for region in regions
        ]
        found = [it for it in looked if it is not None]
        if not found:
            return None
        self._forgotten("CloudTrail", CALLS_KEPT)
        if self.now - self.until < LAG:
            self.missed.append(
                "CloudTrail of the last 15 minutes may be incomplete: it tells of a call that "
                "much later, so look again then"
            )
        return tuple(sorted((it for some in found for it in some), key=lambda it: it.at))

    def _of(self, aws: Aws, region: str) -> tuple[Event, ...]:
        found: list[Event] = []
        # Reads are left out: a busy account makes thousands a minute.
        changing = ("ReadOnly", "false")
        for page in aws.cloudtrail.pages(region, self.since, self.until, changing):
            found += (replace(it, resources=_names(it, aws.target), mentions=()) for it in page)
            self._tell(f"CloudTrail in {region}: {len(found)} calls so far …")
            if len(found) >= MOST_CALLS:
                self.missed.append(
                    f"CloudTrail in {region} before {text(found[-1].at)}: too many calls since"
                )
                break
        return tuple(found)

    def _forgotten(self, what: str, kept: timedelta) -> None:
        if self.now - self.since > kept:
            self.missed.append(f"{what} older than {kept.days} days: AWS has forgotten them")


def _names(event: Event, target: Target) -> tuple[str, ...]:
    """What a call was about. Of the words among its parameters only ARNs and names of this
    environment: the others may be anything, the values of environment variables too."""
    own = {it for it in vars(target).values() if isinstance(it, str) and it}

    def is_name(word: str) -> bool:
        family, _, revision = word.rpartition(":")
        is_alarm = word.startswith(target.alarm_prefix) and word.endswith(target.alarm_suffix)
        is_revision = family == target.family and revision.isdigit()
        return word in own or word.startswith("arn:") or is_alarm or is_revision

    mentioned = (it for it in event.mentions if is_name(it))
    return tuple(dict.fromkeys((*event.resources, *mentioned)))


def text(moment: datetime) -> str:
    """UTC, ISO 8601, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
