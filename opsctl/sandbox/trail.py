"""The trail of the sandbox: which call changed what, who made it, and how it ended."""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

EVENTS_KEPT = 5000
KEPT_FOR = timedelta(days=90)
HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"

_RESOURCES = {
    "cluster": "AWS::ECS::Cluster",
    "service": "AWS::ECS::Service",
    "serviceName": "AWS::ECS::Service",
    "taskDefinition": "AWS::ECS::TaskDefinition",
    "family": "AWS::ECS::TaskDefinition",
    "secretId": "AWS::SecretsManager::Secret",
    "userPoolId": "AWS::Cognito::UserPool",
    "clientId": "AWS::Cognito::UserPoolClient",
    "bucketName": "AWS::S3::Bucket",
    "tableName": "AWS::DynamoDB::Table",
    "backupArn": "AWS::DynamoDB::Backup",
    "alarmName": "AWS::CloudWatch::Alarm",
    "alarmNames": "AWS::CloudWatch::Alarm",
    "logGroupName": "AWS::Logs::LogGroup",
    "roleName": "AWS::IAM::Role",
    "userName": "AWS::IAM::User",
    "resourceId": "AWS::ApplicationAutoScaling::ScalableTarget",
    "policyName": "AWS::ApplicationAutoScaling::ScalingPolicy",
    "repositoryName": "AWS::ECR::Repository",
    "targetGroupArn": "AWS::ElasticLoadBalancingV2::TargetGroup",
    "loadBalancerArn": "AWS::ElasticLoadBalancingV2::LoadBalancer",
}
_SUSPICIOUS = re.compile(
    r"secret(string|binary|value)|password|clientsecret$|^body$", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One call that changed something, or tried to. `source` is `ecs.amazonaws.com`."""

    source: str
    name: str
    at: datetime
    identity: Mapping[str, Any]
    access_key: str
    address: str
    agent: str
    region: str
    parameters: Mapping[str, Any]
    resources: tuple[tuple[str, str], ...]
    error: str = ""
    request_id: str = ""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def user(self) -> str:
        """What CloudTrail calls Username: the user, or the session of a role."""
        return str(self.identity.get("userName") or self.identity["arn"].rpartition("/")[2])

    def document(self, account: str) -> str:
        """The event as JSON text, in CloudTrail's own shape."""
        event = {
            "eventVersion": "1.11",
            "userIdentity": {**self.identity, "accountId": account, "accessKeyId": self.access_key},
            "eventTime": self.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": self.source,
            "eventName": self.name,
            "awsRegion": self.region,
            "sourceIPAddress": self.address,
            "userAgent": self.agent,
            "requestParameters": dict(self.parameters),
            "responseElements": None,
            "requestID": self.request_id,
            "eventID": self.id,
            "readOnly": False,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": account,
            "eventCategory": "Management",
            **({"errorCode": self.error} if self.error else {}),
        }
        return json.dumps(event, default=str)


class Events:
    """The events of the last while, oldest first. Safe to use from several threads."""

    def __init__(self, kept: int = EVENTS_KEPT) -> None:
        self._lock = threading.Lock()
        self._events: deque[Event] = deque(maxlen=kept)

    def add(self, event: Event) -> None:
        """Keep an event; the oldest one beyond the bound goes."""
        with self._lock:
            self._events.append(event)

    def newest_first(self) -> list[Event]:
        """Every event that is kept."""
        with self._lock:
            return list(reversed(self._events))

    def forget_before(self, moment: datetime) -> None:
        """Drop what happened before a moment."""
        with self._lock:
            while self._events and self._events[0].at < moment:
                self._events.popleft()


class Trail:
    """The event history of the account: a background part that forgets, as CloudTrail does."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def events(self) -> Events:
        """Where the events are; they go when moto resets its CloudTrail."""
        backend = self.world.backend("cloudtrail")
        held: Events = backend.__dict__.setdefault("sandbox_events", Events())
        return held

    def tick(self) -> None:
        """Forget what is older than ninety days."""
        self.events.forget_before(self.world.clock() - KEPT_FOR)


def redacted(parameters: Any, shape: Any = None) -> Any:
    """Parameters without what botocore's model calls sensitive, and named as CloudTrail names them.

    `shape` is the botocore input shape; without one, names alone decide what is hidden.
    """
    members = getattr(shape, "members", {}) or {}
    if isinstance(parameters, Mapping):
        return {
            name[:1].lower() + name[1:]: HIDDEN
            if _is_secret(name, members.get(name))
            else redacted(value, members.get(name))
            for name, value in parameters.items()
        }
    if isinstance(parameters, list | tuple):
        inner = getattr(shape, "member", None)
        secret = bool(getattr(inner, "metadata", {}).get("sensitive"))
        return [HIDDEN if secret else redacted(value, inner) for value in parameters]
    return parameters if isinstance(parameters, str | int | float | bool) else str(parameters)


def _is_secret(name: str, shape: Any) -> bool:
    return bool(getattr(shape, "metadata", {}).get("sensitive")) or bool(_SUSPICIOUS.search(name))


def resources(parameters: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(type, name) of what redacted parameters name, as far as it is known."""
    found: list[tuple[str, str]] = []
    for name, kind in _RESOURCES.items():
        value = parameters.get(name)
        each = value if isinstance(value, list) else [value]
        found += [(kind, str(it)) for it in each if it and it != HIDDEN]
    return tuple(found)
