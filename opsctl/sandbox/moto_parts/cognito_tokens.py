"""Cognito users and their tokens: disabled, signed out or expired, they open nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from moto.cognitoidp.exceptions import NotAuthorizedError
from moto.cognitoidp.models import CognitoIdpBackend, CognitoIdpUserPool
from moto.cognitoidp.utils import flatten_attrs

from opsctl.sandbox.moto_parts.originals import original

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

_UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
_KINDS = {
    "access": ("AccessToken", "hours", 1),
    "id": ("IdToken", "hours", 1),
    "refresh": ("RefreshToken", "days", 30),
}
"""Token → the name of its settings, their unit and value where the client sets none."""


def install(world: World) -> None:
    """Put the rules on moto's pools and on GetUser, AdminDisableUser and both sign-outs."""
    backend: Any = CognitoIdpBackend
    for leaned_on in ("admin_user_global_sign_out", "global_sign_out", "admin_get_user"):
        original(backend, leaned_on)
    pool: Any = CognitoIdpUserPool
    pool._get_user = _finding(original(pool, "_get_user"))
    pool.sign_out = _sign_out
    pool.create_jwt = _issuing(original(pool, "create_jwt"))
    pool.create_refresh_token = _refreshable(world, original(pool, "create_refresh_token"))
    pool.create_tokens_from_refresh_token = _refreshing(
        world, original(pool, "create_tokens_from_refresh_token")
    )
    backend.get_user = _reading(world, original(backend, "get_user"))
    backend.admin_disable_user = _disabling(original(backend, "admin_disable_user"))


def validity(client: Any, kind: str) -> int:
    """Seconds that a token of a client is valid; kind is access, id or refresh."""
    name, unit, value = _KINDS[kind]
    settings = client.extended_config if client else {}
    units = settings.get("TokenValidityUnits") or {}
    length = int(settings.get(f"{name}Validity") or value)
    return length * _UNITS[units.get(name, unit)]


def _finding(find: Callable[..., Any]) -> Callable[..., Any]:
    """A user by name, else by an alias that the pool allows, else by `sub`."""

    def _get_user(pool: Any, username: str) -> Any:
        found = find(pool, username)
        if found:
            return found
        aliases = pool.extended_config.get("AliasAttributes") or []
        for user in pool.users.values():
            known = flatten_attrs(user.attributes)
            if username == user.id or username in [known.get(alias) for alias in aliases]:
                return user
        return None

    return _get_user


def _sign_out(pool: Any, username: str) -> None:
    """Revoke every token of a user, by whichever name they were issued."""
    user = pool._get_user(username)
    for token, held in list(pool.refresh_tokens.items()):
        if held and pool._get_user(held[1]) is user:
            pool.refresh_tokens[token] = None
    for token, (_, login) in list(pool.access_tokens.items()):
        if pool._get_user(login) is user:
            del pool.access_tokens[token]
            _kept(pool, "sandbox_revoked")[token] = login


def _kept(pool: Any, name: str) -> dict[str, Any]:
    held: dict[str, Any] = pool.__dict__.setdefault(name, {})
    return held


def _issuing(issue: Callable[..., Any]) -> Callable[..., Any]:
    """Tokens that are valid as long as the client says, and name the user, not the alias."""

    def create_jwt(
        pool: Any,
        client_id: str,
        username: str,
        token_use: str,
        expires_in: int = 0,
        extra_data: dict[str, Any] | None = None,
    ) -> Any:
        name = "username" if token_use == "access" else "cognito:username"  # noqa: S105
        named = {name: pool._get_user(username).username}
        seconds = expires_in or validity(pool.clients.get(client_id), token_use)
        return issue(pool, client_id, username, token_use, seconds, {**(extra_data or {}), **named})

    return create_jwt


def _refreshable(world: World, create: Callable[..., Any]) -> Callable[..., Any]:
    def create_refresh_token(pool: Any, client_id: str, username: str) -> Any:
        token, origin = create(pool, client_id, username)
        seconds = validity(pool.clients.get(client_id), "refresh")
        _kept(pool, "sandbox_refresh_ends")[token] = world.clock() + timedelta(seconds=seconds)
        return token, origin

    return create_refresh_token


def _refreshing(world: World, refresh: Callable[..., Any]) -> Callable[..., Any]:
    def create_tokens_from_refresh_token(pool: Any, refresh_token: str) -> Any:
        held = pool.refresh_tokens.get(refresh_token)
        if held is None:
            raise NotAuthorizedError("Refresh Token has been revoked")
        if world.clock() >= _kept(pool, "sandbox_refresh_ends")[refresh_token]:
            raise NotAuthorizedError("Refresh Token has expired")
        if not pool._get_user(held[1]).enabled:
            raise NotAuthorizedError("User is disabled.")
        return refresh(pool, refresh_token)

    return create_tokens_from_refresh_token


def _reading(world: World, read: Callable[..., Any]) -> Callable[..., Any]:
    """GetUser, which refuses a token in the words that say why."""

    def get_user(backend: Any, access_token: str) -> Any:
        for pool in backend.user_pools.values():
            revoked = _kept(pool, "sandbox_revoked").get(access_token)
            login = revoked or pool.access_tokens.get(access_token, ("", ""))[1]
            if not login:
                continue
            user = pool._get_user(login)
            if user and not user.enabled:
                raise NotAuthorizedError("User is disabled.")
            if revoked:
                raise NotAuthorizedError("Access Token has been revoked")
            if world.clock().timestamp() >= _claims(access_token)["exp"]:
                raise NotAuthorizedError("Access Token has expired")
            return read(backend, access_token)
        raise NotAuthorizedError("Invalid Access Token")

    return get_user


def _claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * 3))
    return claims


def _disabling(disable: Callable[..., Any]) -> Callable[..., Any]:
    """AdminDisableUser also revokes the user's tokens: enabling him gives none of them back."""

    def admin_disable_user(backend: Any, user_pool_id: str, username: str) -> None:
        disable(backend, user_pool_id, username)
        backend.describe_user_pool(user_pool_id).sign_out(username)

    return admin_disable_user
