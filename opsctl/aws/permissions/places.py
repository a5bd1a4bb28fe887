"""The resources that an action is allowed on: ARNs made of the names of a target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from opsctl.errors import BadConfig
from opsctl.targets import Target, channels, data_map
from opsctl.targets.data_map import BucketData, LogData, TableData

ANYWHERE = "*"
MANIFESTS = ".opsctl/manifests/*"
_NAMED = (
    *("cluster", "service", "family", "repository", "log_group", "secret", "smoke_secret"),
    *("table", "bucket", "backup_bucket", "backup_vault", "backup_role", "state", "user_pool"),
    *("alarm_prefix", "alarm_suffix", "blocked_ips", "blocked_ips_v6", "certificate_key"),
)
"""Fields of a target that ARNs are made of."""


@dataclass(frozen=True)
class Given:
    """Names that opsctl.toml does not hold. Each may be empty, and is then any in the account."""

    roles: tuple[str, ...] = ()
    """The roles of the tasks: names or ARNs."""
    users: tuple[str, ...] = ()
    """The IAM users whose access keys are rotated: names or ARNs."""
    keys: tuple[str, ...] = ()
    """The KMS keys that encrypt what is read and written: ids or ARNs; none where AWS's own do."""


def arns(place: str, target: Target, given: Given) -> tuple[str, ...]:
    """The resources of a place, sorted; raises KeyError for a place that there is not."""
    if place == ANYWHERE:
        return (ANYWHERE,)
    return tuple(sorted(set(_PLACES[place](_Names(target, given)))))


def refuse_wildcards(target: Target) -> None:
    """Raises BadConfig for a name that IAM would read as many: `*`, `?`, or a `${variable}`."""
    data = {f"data: {it.name}": it.name for it in target.data}
    for key, name in {**{key: getattr(target, key) for key in _NAMED}, **data}.items():
        if any(mark in name for mark in "*?$"):
            raise BadConfig(
                f"{key} of {target.env} is “{name}”, which a policy would take for many names.",
                hint="Correct it in opsctl.toml: nothing at AWS is called so.",
            )


def partition(region: str) -> str:
    """`aws`, or that of China or of GovCloud."""
    kinds = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
    return next((name for head, name in kinds.items() if region.startswith(head)), "aws")


class _Names:
    """ARNs of one target."""

    def __init__(self, target: Target, given: Given) -> None:
        self.target = target
        self.given = given

    def of(self, service: str, *tails: str, region: str | None = None) -> list[str]:
        """`of("ecs", "service/C/S")`; `region` may be another one, or "" where there is none."""
        where = self.target.region if region is None else region
        head = f"arn:{partition(self.target.region)}:{service}:{where}:{self.target.account}"
        return [f"{head}:{tail}" for tail in tails]

    def within(self, kind: str) -> list[str]:
        """Things of ECS below the service: its deployments, its revisions."""
        return self.of("ecs", f"{kind}/{self.target.cluster}/{self.target.service}/*")

    def s3(self, *tails: str) -> list[str]:
        return [f"arn:{partition(self.target.region)}:s3:::{tail}" for tail in tails]

    def objects(self, tail: str) -> list[str]:
        """Objects of the backup bucket."""
        return _if(self.target.backup_bucket, lambda bucket: self.s3(f"{bucket}/{tail}"))

    def secret(self, name: str) -> list[str]:
        """AWS puts six characters behind the name."""
        return (
            [name]
            if name.startswith("arn:")
            else self.of("secretsmanager", f"secret:{name}-??????")
        )

    def channels(self, kind: str) -> list[str]:
        """Where `notify` tells: the ARNs of topics, or the names of the webhooks' secrets."""
        found = [channels.parse(each) for each in self.target.notify]
        return [it.place for it in found if it.kind == kind and it.place]

    def logs(self, *tails: str) -> list[str]:
        """The log groups, by the ends of their ARNs."""
        found = [("", self.target.log_group)]
        found += [(it.region, it.log_group) for it in self._data(LogData)]
        return [
            arn
            for region, name in found
            for tail in tails
            for arn in self.of("logs", f"log-group:{name}{tail}", region=region or None)
        ]

    def tables(self, below: str = "") -> list[str]:
        """Every table that users' data may lie in: the configured ones, and those restored."""
        found = [("", self.target.table)]
        found += [(it.region, it.table) for it in self._data(TableData)]
        return [
            arn
            for region, name in found
            for arn in self.of(
                "dynamodb", f"table/{name}{below}", f"table/{name}-restored-*{below}",
                region=region or None,
            )
        ]  # fmt: skip

    def data_buckets(self) -> list[str]:
        return self.s3(*(it.bucket for it in self._data(BucketData)))

    def data_objects(self) -> list[str]:
        """Objects below the part of each prefix that is the same for every user."""
        found = self._data(BucketData)
        return self.s3(*(f"{it.bucket}/{it.prefix.partition('{')[0]}*" for it in found))

    def ip_sets(self) -> list[str]:
        names = (self.target.blocked_ips, self.target.blocked_ips_v6)
        return self._waf("ipset", *names)

    def web_acls(self) -> list[str]:
        return self._waf("webacl", "*")

    def signing_key(self) -> list[str]:
        return _if(self.target.certificate_key, self._key)

    def own_keys(self) -> list[str]:
        return [arn for each in self.given.keys for arn in self._key(each)]

    def iam(self, kind: str, names: tuple[str, ...]) -> list[str]:
        """Roles or users; an ARN stays as it is, no name is any of the account."""
        given = [it for it in names if it.startswith("arn:")]
        plain = [it for it in names if not it.startswith("arn:")] if names else ["*"]
        return [*given, *self.of("iam", *(f"{kind}/{it}" for it in plain), region="")]

    def state(self, tail: str) -> list[str]:
        """The bucket of opsctl's own records; nothing where they lie on this machine."""
        bucket, _, prefix = self.target.state.removeprefix("s3://").partition("/")
        inside = f"/{prefix.strip('/') or 'opsctl'}/*" if tail else ""
        return self.s3(f"{bucket}{inside}") if bucket else []

    def alarms(self) -> list[str]:
        prefix, suffix = self.target.alarm_prefix, self.target.alarm_suffix
        return self.of("cloudwatch", f"alarm:{prefix}*{suffix}")

    def _waf(self, kind: str, *names: str) -> list[str]:
        if self.target.waf_scope == "CLOUDFRONT":
            return self.of("wafv2", *(f"global/{kind}/{it}/*" for it in names), region="us-east-1")
        return self.of("wafv2", *(f"regional/{kind}/{it}/*" for it in names))

    def _key(self, key: str) -> list[str]:
        if key.startswith("arn:") and ":alias/" not in key:
            return [key]
        # An alias is a name only: IAM asks for the key behind it, and the alias is a condition.
        return self.of("kms", "key/*" if not key or "alias/" in key else f"key/{key}")

    def _data(self, kind: type) -> list:  # type: ignore[type-arg]
        return [it for it in data_map.of(self.target) if isinstance(it, kind)]


def _if(name: str, made: Callable[[str], list[str]]) -> list[str]:
    """Nothing where a name is not configured: what it names is not used then."""
    return made(name) if name else []


def _cluster(names: _Names, kind: str, tail: str = "*") -> list[str]:
    return names.of("ecs", f"{kind}/{names.target.cluster}/{tail}")


_PLACES: dict[str, Callable[[_Names], list[str]]] = {
    "service": lambda it: it.of("ecs", f"service/{it.target.cluster}/{it.target.service}"),
    "services": lambda it: _cluster(it, "service"),
    "deployments": lambda it: it.within("service-deployment"),
    "revisions": lambda it: it.within("service-revision"),
    "tasks": lambda it: _cluster(it, "task"),
    "deployments of the cluster": lambda it: _cluster(it, "service-deployment", "*/*"),
    "revisions of the cluster": lambda it: _cluster(it, "service-revision", "*/*"),
    "family": lambda it: it.of("ecs", f"task-definition/{it.target.family}:*"),
    "repository": lambda it: it.of("ecr", f"repository/{it.target.repository}"),
    # AWS asks for a group with its streams or without, by operation.
    "log group": lambda it: it.logs("", ":*"),
    "log streams": lambda it: it.logs(":log-stream:*"),
    "secret": lambda it: it.secret(it.target.secret),
    "smoke secret": lambda it: _if(it.target.smoke_secret, it.secret),
    "topics": lambda it: it.channels("sns"),
    "webhook secrets": lambda it: [arn for name in it.channels("slack") for arn in it.secret(name)],
    "pool": lambda it: it.of("cognito-idp", f"userpool/{it.target.user_pool or '*'}"),
    "alarms": _Names.alarms,
    "table alarms": lambda it: it.of("cloudwatch", f"alarm:*{it.target.table}-restored-*"),
    "tracking alarms": lambda it: it.of("cloudwatch", "alarm:TargetTracking-*"),
    "mute rules": lambda it: it.of("cloudwatch", "alarm-mute-rule:*"),
    "IP sets": _Names.ip_sets,
    "web ACLs": _Names.web_acls,
    "table": _Names.tables,
    "indexes": lambda it: it.tables("/index/*"),
    "table backups": lambda it: it.tables("/backup/*"),
    "restored": lambda it: it.of("dynamodb", f"table/{it.target.table}-restored-*"),
    "vault": lambda it: it.of("backup", f"backup-vault:{it.target.backup_vault}"),
    "backup role": lambda it: [it.target.backup_role] if it.target.backup_role else [],
    "roles": lambda it: it.iam("role", it.given.roles),
    "principals": lambda it: it.of("iam", "role/*", "user/*", region=""),
    "users": lambda it: it.iam("user", it.given.users),
    "signing key": _Names.signing_key,
    "own keys": _Names.own_keys,
    "bucket": lambda it: it.s3(it.target.bucket),
    "bucket objects": lambda it: it.s3(f"{it.target.bucket}/*"),
    "backup bucket": lambda it: _if(it.target.backup_bucket, it.s3),
    "backup bucket objects": lambda it: it.objects("*"),
    "manifests": lambda it: it.objects(MANIFESTS),
    "data buckets": _Names.data_buckets,
    "data objects": _Names.data_objects,
    "records bucket": lambda it: it.state(""),
    "records": lambda it: it.state("objects"),
    "jobs": lambda it: it.of("s3", "job/*"),
}
