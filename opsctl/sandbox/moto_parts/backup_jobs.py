"""AWS Backup: jobs of S3 and DynamoDB, and recovery points in vaults."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from moto.backup import urls
from moto.backup.models import BackupBackend
from moto.backup.responses import BackupResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.s3.models import FakeDeleteMarker

from opsctl.sandbox.backup_job import BackupJob, name_of
from opsctl.sandbox.moto_parts import dynamodb_backups
from opsctl.sandbox.moto_parts.originals import original
from opsctl.sandbox.moto_parts.paging import page
from opsctl.sandbox.refusals import Refused

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

_PATHS = (
    "backup-jobs/$",
    "backup-jobs$",
    "backup-jobs/(?P<job>[^/]+)$",
    "backup-vaults/(?P<vault>[^/]+)/recovery-points/$",
    "backup-vaults/(?P<vault>[^/]+)/recovery-points/(?P<point>.+)$",
    "resources/(?P<resource>.+)/recovery-points/$",
)


def install(world: World) -> None:
    """Add the operations, and the paths on which they are asked."""
    for path in _PATHS:
        urls.url_paths[f"{{0}}/{path}"] = BackupResponse.dispatch
    original(BackupBackend, "describe_backup_vault")
    operations: dict[str, Callable[[World, Any], Any]] = {
        "describe_backup_vault": _described,
        "start_backup_job": _start,
        "describe_backup_job": _describe,
        "list_backup_jobs": _list,
        "stop_backup_job": _stop,
        "list_recovery_points_by_backup_vault": _points_of_vault,
        "list_recovery_points_by_resource": _points_of_resource,
        "describe_recovery_point": _point,
        "delete_recovery_point": _delete_point,
    }
    for name, operate in operations.items():
        setattr(BackupResponse, name, _of(world, operate))


def _of(world: World, operate: Callable[[World, Any], Any]) -> Callable[[Any], Any]:
    return lambda received: operate(world, received)


def jobs(world: World) -> list[BackupJob]:
    """The jobs of the account, oldest first."""
    backend = world.backend("backup")
    if not hasattr(backend, "sandbox_jobs"):
        backend.sandbox_jobs = []
    found: list[BackupJob] = backend.sandbox_jobs
    return found


def _described(world: World, received: Any) -> ActionResult:
    vault = received.backup_backend.describe_backup_vault(_place(received)[0])
    vault.num_of_recovery_points = len(_points(world, vault=vault.backup_vault_name))
    return ActionResult(vault.to_list_dict())


def _vault(world: World, name: str) -> Any:
    found = world.backend("backup").vaults.get(name)
    if found is None:
        raise Refused("ResourceNotFoundException", f"Backup vault {name} does not exist.")
    return found


def _start(world: World, received: Any) -> ActionResult:
    asked = json.loads(received.body)
    vault = _vault(world, asked["BackupVaultName"])
    token = asked.get("IdempotencyToken") or str(uuid.uuid4())
    job = next((it for it in jobs(world) if it.token == token), None)
    if job is None:
        job = _made(world, vault, asked, token)
        jobs(world).append(job)
    return ActionResult(
        {"BackupJobId": job.id, "RecoveryPointArn": job.point, "CreationDate": job.created}
    )


def _made(world: World, vault: Any, asked: dict[str, Any], token: str) -> BackupJob:
    """A job that has just begun. Raises as StartBackupJob does for what is no resource."""
    resource = asked["ResourceArn"]
    kind = {"s3": "S3", "dynamodb": "DynamoDB"}.get((resource.split(":") + [""] * 3)[2], "")
    if not kind:
        raise Refused("InvalidParameterValueException", f"Unsupported resource type: {resource}")
    why = _why_not(world, asked["IamRoleArn"])
    measure = _bucket if kind == "S3" else _table
    point, size, problem = measure(world, resource, why)
    return BackupJob(
        vault=vault.backup_vault_name,
        vault_arn=vault.backup_vault_arn,
        resource=resource,
        kind=kind,
        role=asked["IamRoleArn"],
        token=token,
        created=world.clock(),
        point=point,
        size=size,
        account=world.account,
        lifecycle=asked.get("Lifecycle") or {},
        tags=asked.get("RecoveryPointTags") or {},
        why=why or problem,
    )


def _why_not(world: World, arn: str) -> str:
    roles = world.backend("iam").roles.values()
    role = next((it for it in roles if it.arn == arn), None)
    if role and "backup.amazonaws.com" in str(role.assume_role_policy_document):
        return ""
    return f"IAM role {arn} cannot be assumed by AWS Backup."


def _bucket(world: World, arn: str, _: str) -> tuple[str, int, str]:
    """(ARN of the recovery point, bytes, why it cannot be)."""
    bucket = world.backend("s3").buckets.get(name_of(arn))
    if bucket is None:
        raise Refused("ResourceNotFoundException", f"Bucket {arn} does not exist.")
    point = world.arn("backup", f"recovery-point:{bucket.name}-{uuid.uuid4().hex[:16]}")
    held = [bucket.keys[key] for key, _ in bucket.keys.walk("")]
    size = sum(it.size for it in held if not isinstance(it, FakeDeleteMarker))
    problem = "" if bucket.is_versioned else f"Versioning is not enabled on {bucket.name}."
    return point, size, problem


def _table(world: World, arn: str, why: str) -> tuple[str, int, str]:
    """The same of a table: its recovery point is a backup of DynamoDB too."""
    backend = world.backend("dynamodb")
    if name_of(arn) not in backend.tables:
        raise Refused("ResourceNotFoundException", f"Table {arn} does not exist.")
    if why:
        return world.arn("dynamodb", f"table/{name_of(arn)}/backup/none"), 0, ""
    name = f"awsbackup-{uuid.uuid4().hex[:12]}"
    made = dynamodb_backups.create(world, backend, name_of(arn), name, dynamodb_backups.AWS_BACKUP)
    return made.arn, made.size, ""


def _job(world: World, received: Any) -> BackupJob:
    wanted = unquote(received.path).rpartition("/")[2]
    found = next((it for it in jobs(world) if it.id == wanted), None)
    if found is None:
        raise Refused("ResourceNotFoundException", f"Backup job {wanted} does not exist.")
    return found


def _describe(world: World, received: Any) -> ActionResult:
    return ActionResult(_job(world, received).described(world.clock()))


def _stop(world: World, received: Any) -> EmptyResult:
    job = _job(world, received)
    state = job.state(world.clock())
    if state not in ("CREATED", "RUNNING"):
        raise Refused("InvalidRequestException", f"A job that is {state} cannot be stopped.")
    job.stopped = world.clock()
    return EmptyResult()


def _list(world: World, received: Any) -> ActionResult:
    found = [it.described(world.clock()) for it in reversed(jobs(world))]
    filters = {
        "resourceArn": "ResourceArn",
        "state": "State",
        "backupVaultName": "BackupVaultName",
        "resourceType": "ResourceType",
    }
    return _paged("BackupJobs", received, _chosen(received, found, filters))


def _points(world: World, *, vault: str = "", resource: str = "") -> list[dict[str, Any]]:
    return [
        told
        for it in reversed(jobs(world))
        if (not vault or it.vault == vault) and (not resource or it.resource == resource)
        if (told := it.recovery_point(world.clock()))
    ]


def _points_of_vault(world: World, received: Any) -> ActionResult:
    name = _vault(world, _place(received)[0]).backup_vault_name
    filters = {"resourceArn": "ResourceArn", "resourceType": "ResourceType"}
    found = _chosen(received, _points(world, vault=name), filters)
    return _paged("RecoveryPoints", received, found)


def _points_of_resource(world: World, received: Any) -> ActionResult:
    path = unquote(received.path).rstrip("/")
    resource = path.removeprefix("/resources/").removesuffix("/recovery-points")
    found = [
        {**it, "BackupSizeBytes": it["BackupSizeInBytes"]}
        for it in _points(world, resource=resource)
    ]
    return _paged("RecoveryPoints", received, found)


def _place(received: Any) -> tuple[str, str]:
    """(vault, ARN of a recovery point) of a path."""
    vault, _, point = (
        unquote(received.path).removeprefix("/backup-vaults/").partition("/recovery-points")
    )
    return vault, point.strip("/")


def _held(world: World, received: Any) -> tuple[BackupJob, dict[str, Any]]:
    vault, point = _place(received)
    _vault(world, vault)
    for job in jobs(world):
        told = job.recovery_point(world.clock())
        if told and job.vault == vault and job.point == point:
            return job, told
    raise Refused("ResourceNotFoundException", f"Recovery point {point} does not exist.")


def _point(world: World, received: Any) -> ActionResult:
    return ActionResult({**_held(world, received)[1], "StorageClass": "WARM"})


def _delete_point(world: World, received: Any) -> EmptyResult:
    job, told = _held(world, received)
    if _vault(world, job.vault).locked:
        raise Refused("InvalidRequestException", "Backup vault is locked.")
    if told["Status"] == "CREATING":
        raise Refused("InvalidResourceStateException", "The recovery point is being created.")
    job.deleted = True
    world.backend("dynamodb").backups.pop(job.point, None)
    return EmptyResult()


def _chosen(
    received: Any, found: list[dict[str, Any]], filters: dict[str, str]
) -> list[dict[str, Any]]:
    asked = {filters[key]: it[0] for key, it in received.querystring.items() if key in filters}
    return [it for it in found if all(it.get(key) == value for key, value in asked.items())]


def _paged(name: str, received: Any, found: list[dict[str, Any]]) -> ActionResult:
    asked = {key: it[0] for key, it in received.querystring.items()}
    items, token = page(found, asked)
    return ActionResult({name: items} | ({"NextToken": token} if token else {}))
