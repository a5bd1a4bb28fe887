"""Accounts of users: who is meant, and what both disabling and enabling rest on."""

from __future__ import annotations

from dataclasses import dataclass, field

from opsctl import durations
from opsctl.aws import Aws
from opsctl.aws.cognito_users import CognitoUsers, TokenLife, User
from opsctl.errors import BadConfig
from opsctl.plan import Danger, Do, Wait, call


@dataclass(frozen=True)
class Request:
    """The user as the operator calls them: username, alias, e-mail address or sub.

    `sign_out` ends the sessions also of a user who is disabled already.
    """

    env: str
    name: str = field(repr=False)
    sign_out: bool = False


@dataclass(frozen=True)
class Facts:
    """The one real user. What the plan does is bound to the sub: it may be journaled."""

    pool: str
    user: User
    tokens: TokenLife


def gather(request: Request, aws: Aws) -> Facts:
    """Finds the user, and how long the pool's tokens live. Raises BadConfig without a pool."""
    pool = aws.target.user_pool
    if not pool:
        raise BadConfig(
            "opsctl.toml names no user pool.",
            hint=f'Add user_pool = "…" to [env.{request.env}]; opsctl doctor lists the pools.',
        )
    user = aws.cognito_users.user(pool, request.name)
    client = aws.target.user_pool_client
    clients = [client] if client else [each for each, _name in aws.cognito.clients(pool)]
    return Facts(pool, user, aws.cognito_users.token_life(pool, clients))


def called(facts: Facts) -> str:
    """The user for titles, which are journaled: nothing that tells who it is."""
    return f"the user {facts.user.sub}"


def shown(facts: Facts) -> str:
    """The user for the operator's eyes, as a note, which is never journaled."""
    it = facts.user
    state = "enabled" if it.enabled else "disabled"
    return f"This is {it.username} in the pool {facts.pool}: {state}, {it.status}."


def disable(facts: Facts) -> Do:
    """No further sign-in; taken back by `enable`."""
    it = call(CognitoUsers.disable, facts.pool, facts.user.sub)
    return Do(f"Disable {called(facts)}", it, undo=(enable(facts),), danger=Danger.MODERATE)


def enable(facts: Facts) -> Do:
    """The user may sign in again."""
    it = call(CognitoUsers.enable, facts.pool, facts.user.sub)
    return Do(f"Enable {called(facts)}", it, danger=Danger.MODERATE)


def sign_out(facts: Facts) -> Do:
    """Every refresh token is worth nothing any more."""
    return Do(
        "Sign the user out everywhere",
        call(CognitoUsers.sign_out, facts.pool, facts.user.sub),
        no_undo="ended sessions stay ended; the user signs in again",
        danger=Danger.MODERATE,
    )


def check(facts: Facts, enabled: bool) -> Wait:
    """Whether the user is what the plan wanted."""
    it = call(CognitoUsers.is_enabled, facts.pool, facts.user.sub, enabled)
    return Wait(f"The user is {'enabled' if enabled else 'disabled'}", it, timeout=30)


def still_valid(facts: Facts) -> str:
    """What global sign-out does not reach."""
    longest = durations.text(facts.tokens.longest)
    return (
        f"A token that was issued before may be believed for up to {longest}: a program that "
        "checks only its signature and expiry does not ask Cognito. The cookie of Cognito's own "
        "sign-in page lives up to 1h."
    )
