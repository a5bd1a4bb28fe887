"""Who opsctl is at AWS: the ordinary chain, a target's role, and a code from an MFA device.

Assumed roles share `~/.aws/cli/cache` with the aws CLI, so a code is asked for once an hour
and not by every command.
"""

from __future__ import annotations

import getpass
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    DeferredRefreshableCredentials,
    create_mfa_serial_refresher,
)
from botocore.utils import JSONFileCache

from opsctl.errors import NeedsAnswer
from opsctl.targets import Target

AskMfa = Callable[[str], str]


def prepare(session: Any, target: Target, ask_mfa: AskMfa | None) -> None:
    """Make the session's chain ask through `ask_mfa`, and end in the target's role if it has one.

    Raises botocore's ProfileNotFound when the profile does not exist.
    """
    session.set_config_variable("region", target.region)
    chain = session.get_component("credential_provider")
    cache = JSONFileCache(str(Path("~/.aws/cli/cache").expanduser()))
    prompter = partial(_code_for, ask_mfa, target)
    of_profile = chain.get_provider("assume-role")
    of_profile.cache = cache
    # botocore builds this provider itself and asks with getpass; it offers no other way in.
    of_profile._prompter = prompter
    chain.get_provider("assume-role-with-web-identity").cache = cache
    if target.role_arn:
        source = partial(_source_of, list(chain.providers))
        role = TargetRole(session, target, source, prompter, cache)
        chain.insert_before(chain.providers[0].METHOD, role)


class TargetRole(CredentialProvider):
    """The role named by the target, assumed with the credentials of the rest of the chain."""

    METHOD = "opsctl-target-role"

    def __init__(
        self,
        session: Any,
        target: Target,
        source: Callable[[], Any],
        prompter: Callable[[str], str],
        cache: Any,
    ) -> None:
        super().__init__(session)
        self._target = target
        self._source = source
        self._prompter = prompter
        self._cache = cache

    def load(self) -> Any:
        """Credentials fetched when first used; None when there is nothing to start from."""
        source = self._source()
        if source is None:
            return None
        words = {"RoleSessionName": session_name()}
        if self._target.mfa_serial:
            words["SerialNumber"] = self._target.mfa_serial
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=partial(
                self.session.create_client, endpoint_url=self._target.endpoint_url or None
            ),
            source_credentials=source,
            role_arn=self._target.role_arn,
            extra_args=words,
            mfa_prompter=self._prompter,
            cache=self._cache,
        )
        refresh = fetcher.fetch_credentials
        if self._target.mfa_serial:
            refresh = create_mfa_serial_refresher(refresh)
        return DeferredRefreshableCredentials(method=self.METHOD, refresh_using=refresh)


def session_name() -> str:
    """How CloudTrail shows the operator behind a role: `opsctl-ana`. AWS allows 64 characters."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown"
    return ("opsctl-" + re.sub(r"[^\w+=,.@-]", "-", user, flags=re.ASCII))[:64]


def _source_of(providers: list[Any]) -> Any:
    for provider in providers:
        found = provider.load()
        if found is not None:
            return found
    return None


def _code_for(ask_mfa: AskMfa | None, target: Target, prompt: str) -> str:
    serial = prompt.removeprefix("Enter MFA code for ").rstrip(": ")
    if ask_mfa is None:
        profile = f" --profile {target.profile}" if target.profile else ""
        raise NeedsAnswer(
            f"An MFA code of {serial} is needed, and there is nobody to ask.",
            hint="Run the command at a terminal, or sign in first: "
            f"aws sts get-caller-identity{profile}",
        )
    return ask_mfa(serial)
