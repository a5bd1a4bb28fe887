"""SECRET_HASH, by which a caller of Cognito proves that it knows a client's secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from moto.cognitoidp.exceptions import NotAuthorizedError
from moto.cognitoidp.models import CognitoIdpBackend

from opsctl.sandbox.moto_parts.originals import original

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

REFRESHING = ("REFRESH_TOKEN", "REFRESH_TOKEN_AUTH")


def install(_: World) -> None:
    """Check it in InitiateAuth, AdminInitiateAuth and RespondToAuthChallenge."""
    backend: Any = CognitoIdpBackend
    backend.initiate_auth = _initiating(original(backend, "initiate_auth"))
    backend.admin_initiate_auth = _initiating_as_admin(original(backend, "admin_initiate_auth"))
    backend.respond_to_auth_challenge = _responding(original(backend, "respond_to_auth_challenge"))


def secret_hash(secret: str, client_id: str, username: str) -> str:
    """Base64 of HMAC-SHA256 over user name and client id, keyed with the secret."""
    digest = hmac.new(secret.encode(), f"{username}{client_id}".encode(), hashlib.sha256)
    return base64.b64encode(digest.digest()).decode()


def proven(client: Any, live: list[str], username: str, offered: str | None) -> dict[str, str]:
    """What moto is to be told instead: the hash made with the one secret that it knows.

    Raises NotAuthorizedException in the words of AWS.
    """
    if not live:
        if offered:
            raise NotAuthorizedError(
                f"Client {client.id} is not configured for secret but secret was received"
            )
        return {}
    if not offered:
        raise NotAuthorizedError(
            f"Client {client.id} is configured with secret but SECRET_HASH was not received"
        )
    hashes = [secret_hash(each, client.id, username) for each in live]
    if not any(hmac.compare_digest(each.encode(), offered.encode()) for each in hashes):
        raise NotAuthorizedError(f"Unable to verify secret hash for client {client.id}")
    return {"SECRET_HASH": secret_hash(client.secret, client.id, username)}


def _client(backend: Any, client_id: str) -> tuple[Any, Any]:
    for pool in backend.user_pools.values():
        if client_id in pool.clients:
            return pool, pool.clients[client_id]
    return None, None


def _proven(backend: Any, client_id: str, flow: str, parameters: dict[str, str]) -> dict[str, str]:
    pool, client = _client(backend, client_id)
    if client is None:
        return parameters  # moto answers that there is no such client.
    username = parameters.get("USERNAME", "")
    if flow in REFRESHING:
        held = pool.refresh_tokens.get(parameters.get("REFRESH_TOKEN"))
        if held is None or held[0] != client_id:
            raise NotAuthorizedError("Invalid Refresh Token")
        username = held[1]
    live = [each.value for each in client.sandbox_secrets]
    return {**parameters, **proven(client, live, username, parameters.get("SECRET_HASH"))}


def _initiating(initiate: Callable[..., Any]) -> Callable[..., Any]:
    def initiate_auth(
        backend: Any, client_id: str, auth_flow: str, auth_parameters: dict[str, str]
    ) -> Any:
        parameters = _proven(backend, client_id, auth_flow, auth_parameters or {})
        return initiate(backend, client_id, auth_flow, parameters)

    return initiate_auth


def _initiating_as_admin(initiate: Callable[..., Any]) -> Callable[..., Any]:
    def admin_initiate_auth(
        backend: Any, user_pool_id: str, client_id: str, flow: str, parameters: dict[str, str]
    ) -> Any:
        checked = _proven(backend, client_id, flow, parameters or {})
        return initiate(backend, user_pool_id, client_id, flow, checked)

    return admin_initiate_auth


def _responding(respond: Callable[..., Any]) -> Callable[..., Any]:
    def respond_to_auth_challenge(
        backend: Any, session: str, client_id: str, challenge_name: str, responses: dict[str, str]
    ) -> Any:
        checked = _proven(backend, client_id, challenge_name, responses or {})
        return respond(backend, session, client_id, challenge_name, checked)

    return respond_to_auth_challenge
