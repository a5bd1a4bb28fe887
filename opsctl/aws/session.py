"""The one boto3 session: where its credentials come from, and its clients."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import CredentialRetrievalError
from botocore.utils import parse_timestamp

from opsctl.aws import agent, credentials, failures
from opsctl.aws.models import QuickLoader
from opsctl.aws.traffic import Traffic
from opsctl.errors import Unreachable
from opsctl.targets import Target

if TYPE_CHECKING:
    from opsctl.aws.wire import Line

MOST_ATTEMPTS = 4
CONNECT_TIMEOUT = 5
READ_TIMEOUT = 20
LONG_READ_TIMEOUT = 60
"""Seconds without a byte: a batch of a thousand deletions may take longer than any single call."""
NOTICE_TIMEOUT = 3
CONNECTIONS = 16

# A target with an endpoint of its own must not read the operator's profile or environment:
# a stray AWS_PROFILE would break the sandbox, and real keys would be sent to it.
NOTHING_OF_THE_USER = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


class Session:
    """One boto3 session for one target. Not thread-safe: `Aws` calls it under its lock."""

    def __init__(
        self,
        target: Target,
        traffic: Traffic,
        ask_mfa: Callable[[str], str] | None,
        command: str = "",
    ) -> None:
        self._target = target
        self._agent = agent.named(command)
        self._clients: dict[tuple[str, str], Any] = {}
        if target.is_sandbox and not target.endpoint_url:
            raise Unreachable("The sandbox is not running.", hint="opsctl sandbox up")
        self._config = _config(target, self._agent)
        with self._in_our_words("credentials"):
            self._session = self._open(ask_mfa)
            paths = self._session.get_component("data_loader").search_paths
            self._session.register_component("data_loader", QuickLoader(paths))
            self._boto3: Any = boto3.Session(botocore_session=self._session)
        # Whatever the machine's zone is, every time that opsctl shows or compares is UTC.
        self._session.get_component("response_parser_factory").set_parser_defaults(
            timestamp_parser=_in_utc
        )
        self._traffic = traffic
        traffic.watch(self._session)

    def client(self, service: str, region: str) -> Any:
        """The client of a service in a region, made once."""
        key = (service, region)
        if key not in self._clients:
            self._clients[key] = self._create(service, region, self._config)
        return self._clients[key]

    def state_client(self, bucket: str, prefix: str) -> Any:
        """A new S3 client that may change objects below a prefix at any time."""
        named = Config(user_agent_extra=agent.named("records"))
        client = self._create("s3", self._target.region, self._config.merge(named))
        self._traffic.let_through(client, bucket, prefix)
        return client

    def notice_client(self, topic: str, region: str) -> Any:
        """A new SNS client that may publish to one topic at any time, and does not try twice."""
        patience = Config(
            connect_timeout=NOTICE_TIMEOUT,
            read_timeout=NOTICE_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": 1},
        )
        client = self._create("sns", region, self._config.merge(patience))
        self._traffic.let_publish(client, topic)
        return client

    def line(self, service: str, region: str) -> Line:
        """What a Wire to a service needs: where, as whom, through which proxy."""
        from botocore.httpsession import URLLib3Session
        from botocore.utils import get_environ_proxies

        from opsctl.aws.wire import MOST_UNDER_WAY, Line

        # The client knows the endpoint, by whatever configured it; its layers are not used.
        meta = self.client(service, region).meta
        proxies = meta.config.proxies
        if proxies is None:
            proxies = get_environ_proxies(meta.endpoint_url)
        bundle = self._session.get_config_variable("ca_bundle")
        kind: Any = URLLib3Session  # the stubs know fewer of its parameters
        http = kind(
            verify=bundle or os.environ.get("REQUESTS_CA_BUNDLE") or True,
            proxies=proxies,
            timeout=(CONNECT_TIMEOUT, LONG_READ_TIMEOUT),
            max_pool_connections=MOST_UNDER_WAY,
            # As a client does: without it each small request waits 40 ms for the one before.
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
            proxies_config=meta.config.proxies_config,
            client_cert=meta.config.client_cert,
        )
        return Line(
            # For us-east-1 the client names the endpoint of all regions.
            origin=meta.endpoint_url.rstrip("/").replace("//s3.ama", f"//s3.{region}.ama"),
            path_style=".amazonaws." not in meta.endpoint_url,
            region=region,
            credentials=self._frozen_credentials,
            send=http.send,
            agent=self._agent,
        )

    def _frozen_credentials(self) -> Any:
        found = self._session.get_credentials()
        if found is None:
            return None
        try:
            return found.get_frozen_credentials()
        except RuntimeError as error:
            # What botocore raises where fresh credentials have expired as well.
            raise CredentialRetrievalError(provider=found.method, error_msg=str(error)) from None

    @property
    def traffic(self) -> Traffic:
        """What every call passes on its way."""
        return self._traffic

    def sign_in(self) -> None:
        """Fetch the credentials now, in the calling thread: it may ask for an MFA code."""
        with self._in_our_words("credentials"):
            found = self._session.get_credentials()
            if found is not None:
                found.get_frozen_credentials()

    def credentials(self) -> dict[str, str]:
        """The credentials of this moment, as `AWS_*` variables; empty where there are none."""
        with self._in_our_words("credentials"):
            found = self._frozen_credentials()
        if found is None:
            return {}
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        return {name: value for name, value in zip(names, found, strict=False) if value}

    def _create(self, service: str, region: str, config: Config) -> Any:
        with self._in_our_words(f"{service} client"):
            return self._boto3.client(
                service,
                region_name=region,
                endpoint_url=self._target.endpoint_url or None,
                config=config,
            )

    def _open(self, ask_mfa: Callable[[str], str] | None) -> botocore.session.Session:
        if self._target.is_sandbox:
            session = botocore.session.Session(session_vars=NOTHING_OF_THE_USER)
            session.set_credentials("sandbox", "sandbox")
            return session
        session = botocore.session.Session(profile=self._target.profile or None)
        session.set_default_client_config(self._config)
        credentials.prepare(session, self._target, ask_mfa)
        return session

    def _in_our_words(self, operation: str) -> AbstractContextManager[None]:
        return failures.translated(operation, self._target)


def _in_utc(value: Any) -> datetime:
    """A timestamp of an answer: ISO 8601, seconds since the epoch, or an HTTP date."""
    return parse_timestamp(value).astimezone(UTC)


def _config(target: Target, user_agent: str) -> Config:
    words: dict[str, Any] = {
        "retries": {"mode": "standard", "total_max_attempts": MOST_ATTEMPTS},
        "connect_timeout": CONNECT_TIMEOUT,
        "read_timeout": READ_TIMEOUT,
        "max_pool_connections": CONNECTIONS,
        "user_agent_extra": user_agent,
    }
    if target.endpoint_url:
        words |= {"inject_host_prefix": False, "s3": {"addressing_style": "path"}}
    if target.is_sandbox:
        words |= {"proxies": {}, "use_fips_endpoint": False, "use_dualstack_endpoint": False}
    return Config(**words)
