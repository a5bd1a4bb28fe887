"""Cognito app clients: their secrets, of which two can live side by side."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsctl import errors
from opsctl.aws import secret_text
from opsctl.aws.gateway import Gateway
from opsctl.aws.secret_versions import Secret
from opsctl.plan import Json

NOBODY = "opsctl-probe"
"""A user that need not exist: Cognito looks at the secret hash first."""

_WRONG_HASH = re.compile(r"secret ?hash", re.IGNORECASE)


@dataclass(frozen=True)
class ClientSecret:
    """One secret of an app client: its id and age, never its value."""

    id: str
    created: datetime


@dataclass(frozen=True)
class AppClient:
    """An app client. `secrets` are the listed ones, oldest first."""

    id: str
    name: str
    confidential: bool
    flows: tuple[str, ...]
    secrets: tuple[ClientSecret, ...]


class AppClients(Gateway):
    """Adds, lists and deletes the secrets of app clients; never rewrites a client's settings."""

    @property
    def _client(self) -> Any:
        return self.aws.client("cognito-idp")

    def describe(self, pool: str, client: str) -> AppClient:
        """An app client with its secrets. Raises NotFound."""
        it = self._client.describe_user_pool_client(UserPoolId=pool, ClientId=client)
        found = it["UserPoolClient"]
        confidential = bool(found.get("ClientSecret"))
        return AppClient(
            id=client,
            name=found.get("ClientName", ""),
            confidential=confidential,
            flows=tuple(found.get("ExplicitAuthFlows", ())),
            secrets=self.secrets(pool, client) if confidential else (),
        )

    def secrets(self, pool: str, client: str) -> tuple[ClientSecret, ...]:
        """The client's secrets, oldest first."""
        listed: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        while True:  # botocore has no paginator for it
            page = self._client.list_user_pool_client_secrets(
                UserPoolId=pool, ClientId=client, **token
            )
            listed += page.get("ClientSecrets", ())
            if not page.get("NextToken"):
                break
            token = {"NextToken": page["NextToken"]}
        found = (ClientSecret(it["ClientSecretId"], it["ClientSecretCreateDate"]) for it in listed)
        return tuple(sorted(found, key=lambda it: it.created))

    def add_and_store(
        self, pool: str, client: str, secret: str, key: str, replacing: str
    ) -> dict[str, Json]:
        """Lets Cognito make a second secret and stores it as the key's value, at once.

        `replacing` is the version of `secret` that must be current now. Where storing fails, the
        new client secret is deleted: its value cannot be read again, and it would take the place
        of the next. Raises FactsChanged for another current version, StepFailed after a failure.
        """
        made = self._client.add_user_pool_client_secret(UserPoolId=pool, ClientId=client)
        descriptor = made["ClientSecretDescriptor"]
        identity = str(descriptor["ClientSecretId"])
        version = version_of(identity)
        try:
            value = descriptor["ClientSecretValue"]
            self.aws.secret_versions.merge(secret, key, value, version, replacing)
        except BaseException as failure:
            self._drop(pool, client, identity, failure)
            raise
        return {"client_secret": identity, "version": version, "replaces": replacing}

    def accepts(self, pool: str, client: str, secret: str, key: str) -> dict[str, Json]:
        """Signs in as nobody with the stored secret: Cognito must not mind the secret hash.

        Raises NotVerified when it does. No user is touched, and none needs to exist.
        """
        cognito = self._client
        try:
            cognito.initiate_auth(
                ClientId=client,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={
                    "USERNAME": NOBODY,
                    "PASSWORD": secrets.token_urlsafe(24),
                    "SECRET_HASH": self._hash(client, secret, key),
                },
            )
        except cognito.exceptions.UserNotFoundException:
            return {"sign_in": "the secret is accepted"}
        except cognito.exceptions.NotAuthorizedException as error:
            if _WRONG_HASH.search(str(error.response["Error"].get("Message", ""))):
                raise errors.NotVerified(
                    f"Cognito does not accept the stored secret of {client}.",
                    hint="Compare the ids: opsctl secrets list",
                ) from None
            return {"sign_in": "the secret is accepted"}
        return {"sign_in": "the secret is accepted"}

    def put_back(self, pool: str, client: str, keep: str, secret: str, version: str) -> Json:
        """Makes the version current again that holds the client secret `keep`.

        Raises FactsChanged where Cognito no longer has it, or somebody wrote `secret` since.
        """
        if keep and keep not in {it.id for it in self.secrets(pool, client)}:
            raise errors.FactsChanged(
                f"{client} has no secret {keep} any more: what is stored now is the only one."
            )
        answer: Json = self.aws.secret_versions.make_current(secret, version)
        return answer

    def keep_only(self, pool: str, client: str, keep: str) -> dict[str, Json]:
        """Deletes every listed secret of the client but one; Cognito keeps the last in any case."""
        listed = self.secrets(pool, client)
        if keep and keep not in {it.id for it in listed}:
            raise errors.FactsChanged(f"{client} has no secret {keep} any more.")
        gone: list[Json] = []
        for it in listed:
            if it.id != keep:
                self._delete(pool, client, it.id)
                gone.append(it.id)
        return {"deleted": gone}

    def delete(self, pool: str, client: str, secret_id: str, leaving: str) -> dict[str, Json]:
        """Deletes one secret; `leaving` must be there and stays. Gone already is fine."""
        listed = {it.id for it in self.secrets(pool, client)}
        if leaving not in listed:
            raise errors.FactsChanged(f"{client} has no secret {leaving} any more.")
        if secret_id in listed:
            self._delete(pool, client, secret_id)
        return {"deleted": secret_id}

    def stored_in(self, secret: Secret, key: str, secret_id: str) -> str:
        """The version that brought a client secret into use; "" unless it is what is stored now."""
        version = version_of(secret_id)
        if version not in {it.id for it in secret.versions}:
            return ""
        now, then = (self._value(secret.arn, key, it) for it in (secret.current, version))
        return version if now is not None and now == then else ""

    def _delete(self, pool: str, client: str, secret_id: str) -> None:
        self._client.delete_user_pool_client_secret(
            UserPoolId=pool, ClientId=client, ClientSecretId=secret_id
        )

    def _drop(self, pool: str, client: str, identity: str, failure: BaseException) -> None:
        """Deletes a secret that could not be stored. Raises StepFailed, saying what is left."""
        why = getattr(failure, "message", type(failure).__name__)
        try:
            self._delete(pool, client, identity)
        except Exception as second:
            raise errors.StepFailed(
                f"The new client secret {identity} could not be stored ({why}), nor deleted "
                f"({type(second).__name__}).",
                hint="Delete it by hand: aws cognito-idp delete-user-pool-client-secret "
                f"--user-pool-id {pool} --client-id {client} --client-secret-id {identity}",
            ) from None
        if isinstance(failure, Exception):
            raise errors.StepFailed(
                f"The new client secret could not be stored, so it was deleted again: {why}"
            ) from None

    def _hash(self, client: str, secret: str, key: str) -> str:
        value = str(self._value(secret, key, ""))
        digest = hmac.new(value.encode(), f"{NOBODY}{client}".encode(), hashlib.sha256).digest()
        return base64.b64encode(digest).decode()

    def _value(self, secret: str, key: str, version: str) -> Any:
        which = {"VersionId": version} if version else {}
        client = self.aws.client("secretsmanager")
        answer = client.get_secret_value(SecretId=secret, **which)
        return secret_text.value(answer.get("SecretString"), key)


def version_of(secret_id: str) -> str:
    """The id of the version that stores a client secret: so each names the other, for good."""
    return hashlib.sha256(secret_id.encode()).hexdigest()
