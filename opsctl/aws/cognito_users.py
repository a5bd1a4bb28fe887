"""The users of a Cognito user pool: found, disabled, enabled, signed out."""

from __future__ import annotations

import contextlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from opsctl import errors
from opsctl.aws import failures
from opsctl.aws.gateway import Gateway
from opsctl.plan import Progress

LONGEST_NAME = 128
_SUB = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ALIASES = ("preferred_username", "phone_number")
_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_DEFAULTS = {"AccessToken": 3600, "IdToken": 3600, "RefreshToken": 30 * 86400}
"""Seconds: how long a token lives where the client does not say."""
_UNITS = {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}


@dataclass(frozen=True)
class User:
    """One user. `sub` never changes, is never given twice, and tells nothing about the person."""

    sub: str
    username: str = field(repr=False)
    """May be an e-mail address: shown to the operator, never journaled."""
    enabled: bool
    status: str


@dataclass(frozen=True)
class Person:
    """One user with every name that they are known by, for an erasure."""

    user: User
    email: str = field(repr=False)
    aliases: tuple[str, ...] = field(repr=False)
    """Telephone number and preferred username."""
    providers: tuple[str, ...]
    """External sign-in services that are linked to the account."""


@dataclass(frozen=True)
class TokenLife:
    """How long (seconds) what was issued may live at most."""

    access: float
    id: float
    refresh: float

    @property
    def longest(self) -> float:
        """How long a program that only looks at the signature lets a user in."""
        return max(self.access, self.id)


class CognitoUsers(Gateway):
    """Users by what the operator calls them; changed by their `sub`, which may be journaled."""

    @property
    def _cognito(self) -> Any:
        return self.aws.client("cognito-idp")

    def user(self, pool_id: str, name: str) -> User:
        """The one user with that username, alias, e-mail address or sub.

        Raises UsageProblem for what cannot be a name, NotFound for nobody, Forbidden for several.
        AdminGetUser takes a username or an alias; it takes a sub only in pools whose usernames
        are no aliases, so a sub or an address is looked for in the attributes as well.
        """
        _check(name)
        try:
            found = self._cognito.admin_get_user(UserPoolId=pool_id, Username=name)
        except self._cognito.exceptions.UserNotFoundException:
            return self._by_attribute(pool_id, name)
        return _user(found, found["UserAttributes"])

    def person(self, pool_id: str, name: str) -> Person:
        """The one user that `user` finds, with the other names. Raises what `user` raises."""
        user = self.user(pool_id, name)
        found = self._cognito.admin_get_user(UserPoolId=pool_id, Username=user.username)
        named = {it["Name"]: it["Value"] for it in found["UserAttributes"]}
        aliases = tuple(named[each] for each in _ALIASES if named.get(each))
        return Person(user, named.get("email", ""), aliases, _providers(named))

    def shut_out(self, pool_id: str, username: str) -> bool:
        """Refuses every sign-in and ends every session; False when there is nobody any more.

        Raises StepFailed where sign-in is refused already, but the sessions could not be ended.
        """
        who = {"UserPoolId": pool_id, "Username": username}
        try:
            self._cognito.admin_disable_user(**who)
        except self._cognito.exceptions.UserNotFoundException:
            return False
        try:
            with failures.translated("cognito-idp:AdminUserGlobalSignOut", self.aws.target):
                self._cognito.admin_user_global_sign_out(**who)
        except errors.OpsctlError as error:
            if failures.aws_code(error) == "UserNotFoundException":
                return False
            raise errors.StepFailed(
                f"Sign-in is blocked, but no session was ended: {error.message}", hint=error.hint
            ) from error
        return True

    def delete(self, pool_id: str, username: str) -> None:
        """Deletes the account for good. Harmless when it is gone already."""
        with contextlib.suppress(self._cognito.exceptions.UserNotFoundException):
            self._cognito.admin_delete_user(UserPoolId=pool_id, Username=username)

    def is_gone(self, pool_id: str, username: str) -> bool:
        """Whether nobody has that username; this look is not a late one, as a list would be."""
        try:
            self._cognito.admin_get_user(UserPoolId=pool_id, Username=username)
        except self._cognito.exceptions.UserNotFoundException:
            return True
        return False

    def disable(self, pool_id: str, sub: str) -> None:
        """Refuses every further sign-in. Harmless when it is so already."""
        self._cognito.admin_disable_user(UserPoolId=pool_id, Username=self._username(pool_id, sub))

    def enable(self, pool_id: str, sub: str) -> None:
        """Lets the user sign in again. Harmless when it is so already."""
        self._cognito.admin_enable_user(UserPoolId=pool_id, Username=self._username(pool_id, sub))

    def sign_out(self, pool_id: str, sub: str) -> None:
        """Revokes the refresh tokens of every device, and the access tokens as far as Cognito
        itself is asked."""
        self._cognito.admin_user_global_sign_out(
            UserPoolId=pool_id, Username=self._username(pool_id, sub)
        )

    def is_enabled(self, pool_id: str, sub: str, wanted: bool) -> Progress:
        """Whether the user is enabled, or disabled, as wanted."""
        now = self._by_attribute(pool_id, sub)
        return Progress(now.enabled is wanted, "enabled" if now.enabled else "disabled")

    def token_life(self, pool_id: str, client_ids: Iterable[str]) -> TokenLife:
        """The longest life of a token that one of these app clients hands out."""
        lives = [
            _life(
                self._cognito.describe_user_pool_client(UserPoolId=pool_id, ClientId=each)[
                    "UserPoolClient"
                ]
            )
            for each in client_ids
        ]
        known = lives or [_life({})]
        return TokenLife(
            max(it.access for it in known),
            max(it.id for it in known),
            max(it.refresh for it in known),
        )

    def _username(self, pool_id: str, sub: str) -> str:
        return self._by_attribute(pool_id, sub).username

    def _by_attribute(self, pool_id: str, name: str) -> User:
        """By sub or e-mail address. The filter is never empty: that would answer everybody."""
        attribute = "sub" if _SUB.fullmatch(name) else "email" if "@" in name else ""
        if not attribute:
            raise _nobody(pool_id)
        value = name.lower() if attribute == "sub" else name
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        pages = self._cognito.get_paginator("list_users").paginate(
            UserPoolId=pool_id, Filter=f'{attribute} = "{quoted}"'
        )
        found = [it for page in pages for it in page["Users"]]
        # The answer is looked at again, for a filter that was not understood answers everybody.
        users = [_user(it, it["Attributes"]) for it in found if _has(it, attribute, value)]
        if len(users) > 1:
            raise errors.Forbidden(
                f"{len(users)} users have that {attribute}, and opsctl does not choose.",
                hint=f"Name one of them by its sub: {', '.join(it.sub for it in users)}",
            )
        if not users:
            raise _nobody(pool_id)
        return users[0]


def _check(name: str) -> None:
    if not name.strip():
        raise errors.UsageProblem("An empty name is nobody's.", hint="Name one user.")
    strange = any(unicodedata.category(each)[0] in "CZ" for each in name)
    if strange or len(name) > LONGEST_NAME:
        raise errors.UsageProblem(
            f"A user's name has at most {LONGEST_NAME} characters, and no space among them.",
            hint="Give the username, the e-mail address or the sub.",
        )


def _nobody(pool_id: str) -> errors.NotFound:
    return errors.NotFound(
        f"Nobody in the user pool {pool_id} is called so.",
        hint="Give the username, the e-mail address or the sub, in capitals and small letters "
        "as Cognito has it.",
    )


def _providers(named: dict[str, str]) -> tuple[str, ...]:
    try:
        return tuple(str(it["providerName"]) for it in json.loads(named.get("identities", "[]")))
    except (ValueError, TypeError, KeyError):
        return ("an external service that cannot be read",)


def _has(found: dict[str, Any], attribute: str, value: str) -> bool:
    named = {str(it["Name"]): str(it["Value"]) for it in found["Attributes"]}
    return named.get(attribute, "").lower() == value.lower()


def _user(found: dict[str, Any], attributes: list[dict[str, str]]) -> User:
    named = {it["Name"]: it["Value"] for it in attributes}
    return User(named["sub"], found["Username"], bool(found["Enabled"]), found["UserStatus"])


def _life(client: dict[str, Any]) -> TokenLife:
    """A client says a number, and perhaps its unit; without a number Cognito's default holds."""
    units = client.get("TokenValidityUnits", {})

    def seconds(kind: str) -> float:
        number = client.get(f"{kind}Validity")
        unit = units.get(kind, _UNITS[kind])
        return float(number * _SECONDS[unit]) if number else float(_DEFAULTS[kind])

    return TokenLife(seconds("AccessToken"), seconds("IdToken"), seconds("RefreshToken"))
