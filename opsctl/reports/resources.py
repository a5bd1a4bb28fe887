"""What a target names: whether each thing exists and can be reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from opsctl.aws import Aws
from opsctl.errors import NoAccess, OpsctlError
from opsctl.reports import silence_check
from opsctl.targets import channels

Status = Literal["ok", "warn", "fail", "skip"]


@dataclass(frozen=True)
class Check:
    """One line of the checklist. `fix` is what to type or to write, where there is something."""

    name: str
    status: Status
    detail: str
    fix: str = ""


def look(aws: Aws) -> tuple[Check, ...]:
    """One check for each thing that the target names, looked at concurrently."""
    return aws.at_once(*(_guarded(name, check, aws) for name, check in _LOOKS.items()))


def names() -> tuple[str, ...]:
    """What `look` looks at."""
    return tuple(_LOOKS)


def _guarded(name: str, check: Callable[[Aws], Check], aws: Aws) -> Callable[[], Check]:
    def guarded() -> Check:
        try:
            return check(aws)
        except OpsctlError as error:
            return Check(name, "fail", error.message, error.hint)

    return guarded


def _service(aws: Aws) -> Check:
    service = aws.ecs.service(aws.target.cluster, aws.target.service)
    counts = f"{service.running} of {service.desired} tasks run"
    return Check("service", "ok", f"{service.name} in {aws.target.cluster}: {counts}")


def _repository(aws: Aws) -> Check:
    # Any tag will do: a repository that is missing is an error, a tag that is missing is not.
    aws.ecr.image(aws.target.repository, "latest")
    return Check("repository", "ok", aws.target.repository)


def _log_group(aws: Aws) -> Check:
    return _there("log group", aws.logs.group_exists(aws.target.log_group), aws, "log_group")


def _secret(aws: Aws) -> Check:
    return _there("secret", aws.secrets.exists(aws.target.secret), aws, "secret")


def _there(name: str, exists: bool, aws: Aws, key: str) -> Check:
    value = str(getattr(aws.target, key))
    if exists:
        return Check(name, "ok", value)
    where = f"{aws.target.account} {aws.target.region}"
    return Check(name, "fail", f"there is no {value} in {where}", _set(aws, key))


def _set(aws: Aws, key: str) -> str:
    if aws.target.is_sandbox:
        return "opsctl sandbox down && opsctl sandbox up"
    return f"set `{key}` below [env.{aws.target.env}] in opsctl.toml"


def _bucket(aws: Aws) -> Check:
    bucket = aws.s3.bucket(aws.target.bucket)
    if bucket.region and bucket.region != aws.target.region:
        detail = f"{bucket.name} lies in {bucket.region}, not in {aws.target.region}"
        return Check("bucket", "warn", detail, _set(aws, "region"))
    if bucket.versioning != "Enabled":
        detail = f"{bucket.name} keeps no versions: what is deleted there is gone"
        fix = f"aws s3api put-bucket-versioning --bucket {bucket.name} "
        fix += "--versioning-configuration Status=Enabled"
        return Check("bucket", "warn", detail, fix)
    return Check("bucket", "ok", f"{bucket.name}, versioned")


def _table(aws: Aws) -> Check:
    table = aws.dynamodb.table(aws.target.table)
    used = _table_in_use(aws)
    if used not in ("", table.name):
        detail = (
            f"the service uses {used}, so erasures and backups of {table.name} miss what it has"
        )
        return Check("table", "warn", detail, _set(aws, "table"))
    status: Status = "ok" if table.status == "ACTIVE" else "warn"
    return Check("table", status, f"{table.name}, {table.status}")


def _table_in_use(aws: Aws) -> str:
    """The table that the live release names; empty where that cannot be found out."""
    try:
        return aws.service_tables.in_use()
    except OpsctlError:
        return ""


def _user_pool(aws: Aws) -> Check:
    if not aws.target.user_pool:
        detail = "not configured, so commands about users and logins cannot work"
        return Check("user pool", "warn", detail, _set(aws, "user_pool"))
    pool = aws.cognito.pool(aws.target.user_pool)
    return Check("user pool", "ok", f"{pool.name} ({pool.id})")


def _user_pool_client(aws: Aws) -> Check:
    target = aws.target
    if not target.user_pool_client:
        detail = "not configured, so its secret cannot be rotated"
        return Check("app client", "warn", detail, _set(aws, "user_pool_client"))
    if not target.user_pool:
        return Check("app client", "skip", "its user pool is not configured")
    client = aws.cognito.client(target.user_pool, target.user_pool_client)
    kind = "with a secret" if client.has_secret else "without a secret"
    return Check("app client", "ok", f"{client.name} ({client.id}), {kind}")


def _blocked_ips(aws: Aws) -> Check:
    found = aws.waf.ip_set(aws.target.blocked_ips, aws.target.waf_scope)
    return Check("IP set", "ok", f"{found.name} ({found.scope})")


def _alarms(aws: Aws) -> Check:
    found = aws.cloudwatch.alarms(aws.target.alarm_prefix, aws.target.alarm_suffix)
    names = f"{aws.target.alarm_prefix}*{aws.target.alarm_suffix}"
    if not found:
        return Check("alarms", "warn", f"none is called {names}", _set(aws, "alarm_prefix"))
    return Check("alarms", "ok", f"{len(found)} are called {names}")


def _silences(aws: Aws) -> Check:
    return Check("silences", *silence_check.look(aws))


def _health(aws: Aws) -> Check:
    answer = aws.endpoint.health()
    if answer is None:
        return Check("health endpoint", "warn", "not configured", _set(aws, "app_url"))
    if not answer.ok:
        return Check("health endpoint", "fail", f"{answer.url}: {answer.detail}", "opsctl status")
    return Check("health endpoint", "ok", f"{answer.url}: {answer.detail}")


_WORSE: tuple[Status, ...] = ("ok", "warn", "fail")


def _notices(aws: Aws) -> Check:
    """Each channel of `notify`; nothing is sent. What may not be looked at may be told all the
    same."""
    found: list[tuple[Status, str, str]] = []
    for channel in map(channels.parse, aws.target.notify):
        try:
            found.append(("ok", aws.notices.check(channel), ""))
        except OpsctlError as error:
            status: Status = "warn" if isinstance(error, NoAccess) else "fail"
            found.append((status, f"{channel.name}: {error.message}", error.hint))
    worst: Status = max((it[0] for it in found), key=_WORSE.index, default="ok")
    detail = "; ".join(it[1] for it in found) or "nobody is told of changes"
    fix = "\n".join(it[2] for it in found if it[2]) or _set(aws, "notify")
    return Check("notices", worst, detail, fix if worst != "ok" else "")


_LOOKS: dict[str, Callable[[Aws], Check]] = {
    "service": _service,
    "repository": _repository,
    "log group": _log_group,
    "secret": _secret,
    "bucket": _bucket,
    "table": _table,
    "user pool": _user_pool,
    "app client": _user_pool_client,
    "IP set": _blocked_ips,
    "alarms": _alarms,
    "silences": _silences,
    "health endpoint": _health,
    "notices": _notices,
}
