"""The user pool: who may sign in, and whose access token still counts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from dataclasses import dataclass, field
from typing import Any

from opsctl.caption_service import identifiers
from opsctl.caption_service.connections import Connections
from opsctl.caption_service.settings import Settings
from opsctl.caption_service.tokens import BadToken, Keys, NoKeys, Tokens, fetch

WRONG = "the user name or the password is wrong"
ENDED = "the session has ended: sign in again"
_ABOUT_THE_USER = frozenset(
    {
        "NotAuthorizedException",
        "UserNotFoundException",
        "UserNotConfirmedException",
        "PasswordResetRequiredException",
    }
)
log = logging.getLogger("caption_service.user_pool")


class Refused(Exception):
    """This user may not; the text says why, in words for him."""


class Unavailable(Exception):
    """Nobody can sign in now; the text says why, in words for the log."""


@dataclass(frozen=True)
class SignedIn:
    """What a sign-in gave. `seconds` is how long the token is valid."""

    user: str
    token: str = field(repr=False)
    seconds: int = 3600


class UserPool:
    """Cognito, asked as an app client that has a secret."""

    def __init__(self, connections: Connections, settings: Settings) -> None:
        self._connections = connections
        self._settings = settings
        self._tokens = Tokens(settings, Keys(lambda: fetch(settings)))

    def sign_in(self, username: str, password: str) -> SignedIn:
        """Prove a password. Raises Refused, and Unavailable when Cognito refuses this service."""
        # Cognito answers what no name can be as it answers a client that it does not know.
        if not username.isprintable() or not username.strip() or not password:
            raise Refused(WRONG)
        proof = secret_hash(self._settings.client_secret, self._settings.client_id, username)
        answer = self._ask(
            "initiate_auth",
            WRONG,
            ClientId=self._settings.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password, "SECRET_HASH": proof},
        )
        if "AuthenticationResult" not in answer:
            raise Refused(f"this account has a step open: {answer.get('ChallengeName')}")
        found = answer["AuthenticationResult"]
        token = found["AccessToken"]
        if issuer(token) != self._settings.user_pool:
            raise Unavailable("the app client belongs to another user pool than the configured one")
        return SignedIn(self.user_of(token), token, found["ExpiresIn"])

    def user_of(self, token: str) -> str:
        """Whose access token it is. Raises Refused when it counts no more.

        The signature proves who it was made for; whether he was disabled since, or signed out
        everywhere, only Cognito knows.
        """
        named = self._named_in(token)
        user = str(self._ask("get_user", ENDED, AccessToken=token)["Username"])
        if user != named or not identifiers.is_user_id(user):
            raise Refused("this user name cannot be used here")
        return user

    def sign_out_everywhere(self, token: str) -> None:
        """Make every token of this user worthless. Raises Refused or Unavailable."""
        self._ask("global_sign_out", ENDED, AccessToken=token)

    def _named_in(self, token: str) -> str:
        try:
            return self._tokens.user_of(token)
        except BadToken as problem:
            log.warning("an access token is not valid: %s", problem)
            raise Refused(ENDED) from problem
        except NoKeys as problem:
            raise Unavailable(str(problem)) from problem

    def _ask(self, operation: str, otherwise: str, **asked: Any) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer: dict[str, Any] = getattr(self._connections.cognito, operation)(**asked)
        except ClientError as error:
            raise _failure(error.response.get("Error", {}), otherwise) from error
        except BotoCoreError as error:
            raise Unavailable(f"Cognito does not answer: {type(error).__name__}") from error
        return answer


def issuer(token: str) -> str:
    """The id of the pool that a JSON web token says it is from."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "==="))
    return str(claims["iss"]).rpartition("/")[2]


def secret_hash(secret: str, client_id: str, username: str) -> str:
    """Base64 of HMAC-SHA256 over user name and client id, keyed with the client's secret."""
    digest = hmac.new(secret.encode(), f"{username}{client_id}".encode(), hashlib.sha256)
    return base64.b64encode(digest.digest()).decode()


def _failure(error: Any, otherwise: str) -> Exception:
    code, message = str(error.get("Code", "")), str(error.get("Message", ""))
    # Cognito uses one code for a wrong password and for a wrong secret of this service.
    if code not in _ABOUT_THE_USER or "secret" in message.lower():
        return Unavailable(f"Cognito refuses this service: {code}")
    return Refused("this user is disabled" if "disabled" in message else otherwise)
