"""Cognito client secrets: at most two live at once, and SECRET_HASH is checked against each."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from moto.cognitoidp.models import CognitoIdpBackend, CognitoIdpUserPoolClient
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import ActionResult, EmptyResult

from opsctl.sandbox.moto_parts.cognito_secret_hash import proven
from opsctl.sandbox.moto_parts.originals import original
from opsctl.sandbox.refusals import Refused, invalid

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

MOST = 2
LENGTH = 52
_GIVEN = re.compile(r"[\w+]{24,64}")


@dataclass(frozen=True)
class ClientSecret:
    """One live secret of an app client."""

    id: str
    value: str
    created: datetime

    def described(self) -> dict[str, Any]:
        """What the API tells of it: never the value."""
        return {"ClientSecretId": self.id, "ClientSecretCreateDate": self.created}


def install(world: World) -> None:
    """Add Add-, List- and DeleteUserPoolClientSecret, and secrets to each new client."""
    make = original(CognitoIdpUserPoolClient, "__init__")
    original(CognitoIdpBackend, "describe_user_pool_client")

    def made(client: Any, *args: Any, **named: Any) -> None:
        make(client, *args, **named)
        client.sandbox_secrets = []
        if client.generate_secret:
            _add(client, _generated(), world.clock())

    CognitoIdpUserPoolClient.__init__ = made
    response: Any = CognitoIdpResponse
    response.add_user_pool_client_secret = lambda received: _added(received, world.clock())
    response.list_user_pool_client_secrets = _listed
    response.delete_user_pool_client_secret = _deleted
    _check_hashes(response)


def values(client: Any) -> list[str]:
    """The live secrets of a client, oldest first; none for a public one."""
    return [each.value for each in client.sandbox_secrets]


def _added(received: Any, now: datetime) -> ActionResult:
    client, given = _confidential(received), received._get_param("ClientSecret")
    if len(client.sandbox_secrets) >= MOST:
        raise Refused(
            "LimitExceededException",
            f"Client {client.id} already has the maximum number of client secrets: {MOST}.",
        )
    if given is not None and not _GIVEN.fullmatch(given):
        raise invalid("ClientSecret must have 24 to 64 letters, digits, + or _.")
    secret = _add(client, given or _generated(), now)
    # Only a value that Cognito made is told, and only this once.
    shown = {} if given else {"ClientSecretValue": secret.value}
    return ActionResult({"ClientSecretDescriptor": secret.described() | shown})


def _listed(received: Any) -> ActionResult:
    held = _confidential(received).sandbox_secrets
    return ActionResult({"ClientSecrets": [each.described() for each in held]})


def _deleted(received: Any) -> EmptyResult:
    client, wanted = _confidential(received), received._get_param("ClientSecretId")
    left = [each for each in client.sandbox_secrets if each.id != wanted]
    if len(left) == len(client.sandbox_secrets):
        raise Refused("ResourceNotFoundException", f"Client secret {wanted} does not exist.")
    if not left:
        raise invalid(f"Client secret {wanted} is the last one of the client.")
    _keep(client, left)
    return EmptyResult()


def _confidential(received: Any) -> Any:
    asked = (received._get_param("UserPoolId"), received._get_param("ClientId"))
    client = received.backend.describe_user_pool_client(*asked)
    if not client.generate_secret:
        raise invalid(f"Client {client.id} is not a confidential client: it has no secret.")
    return client


def _add(client: Any, value: str, now: datetime) -> ClientSecret:
    """Ids end in the second of creation, so the second secret of a second is dated one later."""
    taken = {each.id for each in client.sandbox_secrets}
    while (name := f"{client.id}--{int(now.timestamp())}") in taken:
        now += timedelta(seconds=1)
    secret = ClientSecret(name, value, now)
    _keep(client, [*client.sandbox_secrets, secret])
    return secret


def _keep(client: Any, held: list[ClientSecret]) -> None:
    """Which value DescribeUserPoolClient shows while two live is not documented: the oldest."""
    client.sandbox_secrets = held
    client.secret = held[0].value


def _generated() -> str:
    alphabet = string.ascii_lowercase + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(LENGTH))


def _check_hashes(response: Any) -> None:
    """Check SecretHash in the operations that a client sends without credentials."""
    for name in ("sign_up", "confirm_sign_up", "forgot_password", "confirm_forgot_password"):
        setattr(response, name, _checking(original(response, name)))


def _checking(operation: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def checked(received: Any) -> Any:
        username, offered = received._get_param("Username"), received._get_param("SecretHash")
        for pool in received.backend.user_pools.values():
            client = pool.clients.get(received._get_param("ClientId"))
            if client:
                proven(client, values(client), username, offered)
        return operation(received)

    return checked
