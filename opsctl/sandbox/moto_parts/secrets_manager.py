"""Secrets Manager: staging labels that move as on AWS, and no write to a secret being deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from moto.secretsmanager.exceptions import InvalidRequestException
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend
from moto.secretsmanager.responses import SecretsManagerResponse

from opsctl.sandbox.moto_parts.originals import original
from opsctl.sandbox.moto_parts.paging import page

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"
WRITES = (
    "put_secret_value",
    "update_secret",
    "update_secret_version_stage",
    "put_resource_policy",
    "delete_resource_policy",
    "tag_resource",
    "untag_resource",
)


def install(world: World) -> None:
    """Put the label rules, the refusals and the list of versions on moto's Secrets Manager."""
    for leaned_on in ("set_default_version_id", "is_deleted"):
        original(FakeSecret, leaned_on)
    original(SecretsManagerBackend, "describe_secret")
    for name in ("reset_default_version", "_form_version_ids_to_stages"):
        original(FakeSecret, name)
    original(SecretsManagerResponse, "list_secret_version_ids")
    FakeSecret.reset_default_version = _becomes_current
    FakeSecret._form_version_ids_to_stages = _labelled
    for name in WRITES:
        setattr(SecretsManagerBackend, name, _refusing(original(SecretsManagerBackend, name)))
    SecretsManagerBackend.update_secret_version_stage = _moving(
        world, SecretsManagerBackend.update_secret_version_stage
    )
    SecretsManagerResponse.list_secret_version_ids = _list_versions


def current(secret: Any) -> str | None:
    """The id of the version that carries AWSCURRENT."""
    found = (key for key, it in secret.versions.items() if CURRENT in it["version_stages"])
    return next(found, None)


def _becomes_current(secret: Any, version: dict[str, Any], version_id: str) -> None:
    """Add a version as AWSCURRENT: the one before it keeps its own labels, and AWSPREVIOUS."""
    before = current(secret)
    taken = {*version["version_stages"], CURRENT, PREVIOUS}
    for key, held in secret.versions.items():
        if key != version_id:
            held["version_stages"] = [it for it in held["version_stages"] if it not in taken]
    if before and before != version_id:
        secret.versions[before]["version_stages"].append(PREVIOUS)
    secret.versions[version_id] = version
    secret.set_default_version_id(version_id)


def _labelled(secret: Any) -> dict[str, list[str]]:
    """DescribeSecret and ListSecrets name no version that has lost all its labels."""
    versions = secret.versions.items()
    return {key: it["version_stages"] for key, it in versions if it["version_stages"]}


def _moving(world: World, move: Callable[..., Any]) -> Callable[..., Any]:
    """UpdateSecretVersionStage after which GetSecretValue answers what AWSCURRENT is on."""

    def update_secret_version_stage(backend: Any, secret_id: str, *args: Any, **named: Any) -> Any:
        answer = move(backend, secret_id, *args, **named)
        secret = backend.describe_secret(secret_id)
        secret.set_default_version_id(current(secret))
        secret.last_changed_date = int(world.clock().timestamp())
        return answer

    return update_secret_version_stage


def _refusing(write: Callable[..., Any]) -> Callable[..., Any]:
    """A write that is refused while the secret is marked for deletion."""

    def guarded(backend: Any, *args: Any, **named: Any) -> Any:
        secret_id = args[0] if args else named.get("secret_id", named.get("arn"))
        if secret_id in backend.secrets and backend.secrets[secret_id].is_deleted():
            raise InvalidRequestException(
                "You can't perform this operation on the secret because it was marked for deletion."
            )
        return write(backend, *args, **named)

    return guarded


def _list_versions(received: Any) -> str:
    secret = received.backend.describe_secret(received._get_param("SecretId"))
    everything = received._get_bool_param("IncludeDeprecated", False)
    versions = [
        {
            "VersionId": key,
            "VersionStages": it["version_stages"],
            "CreatedDate": it["createdate"],
        }
        for key, it in secret.versions.items()
        if everything or it["version_stages"]
    ]
    asked = {
        "maxResults": received._get_param("MaxResults"),
        "nextToken": received._get_param("NextToken"),
    }
    items, token = page(versions, asked)
    answer = {"ARN": secret.arn, "Name": secret.name, "Versions": items}
    return json.dumps(answer | ({"NextToken": token} if token else {}))
