"""What moto lacks or gets wrong, added to it: a file per part, each with `install(world)`."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import pkgutil
from typing import TYPE_CHECKING

from opsctl.errors import BadConfig

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

# Nobody here starts an EC2 instance, and moto would read its list of images at each start.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")

PINNED = "5.2.5"
RELIED_ON = (
    "moto.backup.models:BackupBackend.describe_backup_vault",
    "moto.backup.responses:BackupResponse.dispatch",
    "moto.backup.urls:url_paths",
    "moto.core.base_backend:BackendDict.reset",
    "moto.core.responses:ActionResult",
    "moto.core.responses:BaseResponse._get_params",
    "moto.core.responses:BaseResponse.call_action",
    "moto.core.responses:method_names_from_class",
    "moto.core.routing:get_service_router",
    "moto.dynamodb.exceptions:MockValidationException",
    "moto.dynamodb.models:DynamoDBBackend.delete_table",
    "moto.dynamodb.models:DynamoDBBackend.update_item",
    "moto.dynamodb.models.dynamo_type:DynamoType",
    "moto.dynamodb.models.dynamo_type:Item",
    "moto.dynamodb.models.table:Table.all_items",
    "moto.dynamodb.models.table:Table.describe",
    "moto.dynamodb.models.table:Table.query",
    "moto.dynamodb.responses:DynamoHandler.batch_write_item",
    "moto.dynamodb.responses:DynamoHandler.query",
    "moto.dynamodb.responses:DynamoResult",
    "moto.ecr.models:ECRBackend.put_image",
    "moto.ecr.responses:ECRResponse",
    "moto.ecs.models:EC2ContainerServiceBackend.describe_services",
    "moto.ecs.responses:EC2ContainerServiceResponse.tag_resource",
    "moto.elbv2.models:ELBv2Backend.describe_target_health",
    "moto.elbv2.models:FakeHealthStatus",
    "moto.kms.models:KmsBackend.describe_key",
    "moto.kms.responses:KmsResponse.sign",
    "moto.logs.models:LogsBackend.ensure_log_stream",
    "moto.logs.models:LogStream.put_log_events",
    "moto.moto_server.werkzeug_app:DomainDispatcherApplication.get_backend_for_host",
    "moto.moto_server.werkzeug_app:MotoRequestHandler",
    "moto.s3.exceptions:InvalidArgumentError",
    "moto.s3.exceptions:MalformedXML",
    "moto.s3.models:FakeBucket.is_versioned",
    "moto.s3.models:FakeDeleteMarker.version_id",
    "moto.s3.models:FakeKey.is_locked",
    "moto.s3.models:FakeMultipart",
    "moto.s3.models:S3Backend.delete_object",
    "moto.s3.models:S3Backend.put_object",
    "moto.s3.responses:S3Response._bucket_response_delete_keys",
    "moto.s3.responses:S3Response._bucket_response_put",
    "moto.s3.responses:S3Response._get_querystring",
    "moto.s3.responses:S3Response._mode_until_from_body",
    "moto.s3.responses:S3Response.head_object",
    "moto.s3.utils:_VersionedKeyStore",
    "moto.s3control.responses:S3ControlResponse.dispatch",
    "moto.s3control.urls:url_paths",
    "moto.secretsmanager.models:FakeSecret",
    "moto.ssm.models:SimpleSystemManagerBackend.get_parameter",
)
"""`module:name` of what is used of moto's inside."""


def install(world: World) -> None:
    """Add every part to moto. Raises BadConfig when it is not the release they are for."""
    check_moto()
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}").install(world)


def check_moto() -> None:
    """The sandbox leans on moto's internals, so only the pinned release, whole, will do."""
    found = importlib.metadata.version("moto")
    if found != PINNED:
        raise _unusable(f"The sandbox needs moto {PINNED}, and {found} is installed.")
    missing = [name for name in RELIED_ON if not _is_there(name)]
    if missing:
        raise _unusable(f"The installed moto {PINNED} has no {', '.join(missing)}.")


def _is_there(name: str) -> bool:
    module, _, path = name.partition(":")
    try:
        thing: object = importlib.import_module(module)
        for part in path.split("."):
            thing = getattr(thing, part)
    except (ImportError, AttributeError):
        return False
    return True


def _unusable(message: str) -> BadConfig:
    return BadConfig(message, hint="pip install 'opsctl[sandbox]'")
