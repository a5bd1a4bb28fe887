"""What goes wrong with credentials, permissions and clocks, and the command that repairs it."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from botocore import exceptions as botocore

from opsctl.errors import BadConfig, NoAccess, OpsctlError

if TYPE_CHECKING:
    from opsctl.aws.failures import Refused
    from opsctl.targets import Target

_DENIED = frozenset(
    {
        "403",
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "Forbidden",
        "UnauthorizedException",
        "UnauthorizedOperation",
    }
)
_EXPIRED = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "CredentialsExpired"}
)
_UNKNOWN_KEYS = frozenset(
    {
        "AuthFailure",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "InvalidToken",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_CLOCK_CODES = frozenset({"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"})
_CLOCK_WORDS = re.compile(r"Signature (expired|not yet current)|clock|time.*skew", re.IGNORECASE)


def of_refusal(refused: Refused) -> OpsctlError | None:
    """NoAccess when AWS refused because of who asked or when; None for anything else."""
    if refused.code in _CLOCK_CODES or (
        refused.code in _UNKNOWN_KEYS and _CLOCK_WORDS.search(refused.message)
    ):
        return NoAccess(
            f"{refused.operation}: AWS refuses the time of this machine: {refused.message}"
            f"{refused.reference}",
            hint="Set the clock (timedatectl set-ntp true), then: opsctl doctor",
        )
    if refused.code in _DENIED:
        return _denied(refused)
    if refused.code in _EXPIRED:
        return NoAccess(
            f"{refused.operation}: the credentials have expired{refused.reference}",
            hint=_renewal(refused.target),
        )
    if refused.code in _UNKNOWN_KEYS:
        return NoAccess(
            f"{refused.operation}: AWS does not accept these credentials ({refused.code})"
            f"{refused.reference}",
            hint="Check the keys of the profile, or sign in again: " + _renewal(refused.target),
        )
    return None


def _denied(refused: Refused) -> OpsctlError:
    said = re.search(r"not authorized to perform: ?([\w-]+:\w+)", refused.message)
    action = said[1] if said else action_of(refused.operation)
    named = re.search(r"User: (arn:\S+)", refused.message)
    who = named[1] if named else refused.caller_arn or "These credentials"
    place = re.search(r"on resource: (\S+)", refused.message)
    resource = f" on {place[1]}" if place else ""
    denied = re.search(r"with an explicit deny(?: in an? [\w -]+policy)?", refused.message)
    reason = f", {denied[0]}" if denied else ""
    return NoAccess(
        f"{who} may not {action}{resource}{reason}{refused.reference}",
        hint=f"Ask for the permission {action}, or use another profile: opsctl whoami"
        f"{_policy(refused)}",
    )


def _policy(refused: Refused) -> str:
    """How to see all that the command needs, rather than one refusal after the other."""
    if not refused.command or refused.target is None:
        return ""
    words = shlex.quote(refused.command)
    return f"\nAll that it needs: opsctl iam policy {words} --env {refused.target.env}"


def action_of(operation: str) -> str:
    """The IAM action an operation needs: `s3:HeadObject` needs `s3:GetObject`."""
    from opsctl.aws.permissions.actions import action

    return action(operation)


def of_local_problem(error: BaseException, target: Target | None) -> OpsctlError | None:
    """NoAccess or BadConfig for what botocore finds wrong before it asks AWS; or None."""
    if isinstance(error, botocore.ProfileNotFound):
        return _no_such_profile(str(error.kwargs.get("profile", "")))
    if isinstance(error, botocore.NoCredentialsError):
        return _no_credentials(target)
    if isinstance(error, botocore.PartialCredentialsError):
        return NoAccess(f"The credentials are incomplete: {error}.", hint=_renewal(target))
    if isinstance(error, botocore.RefreshWithMFAUnsupportedError):
        return NoAccess(
            "The role's session has ended, and a new one needs an MFA code.",
            hint="Run the command again.",
        )
    if isinstance(
        error, botocore.SSOError | botocore.TokenRetrievalError | botocore.UnauthorizedSSOTokenError
    ):
        return NoAccess("The SSO session has expired, or none was begun.", hint=_renewal(target))
    if isinstance(error, botocore.LoginError):
        return NoAccess("The `aws login` session has expired.", hint=_command("aws login", target))
    if isinstance(error, botocore.CredentialRetrievalError):
        return NoAccess(f"The credentials cannot be fetched: {error}.", hint=_renewal(target))
    if isinstance(
        error,
        botocore.ConfigParseError
        | botocore.ConfigNotFound
        | botocore.InvalidConfigError
        | botocore.InvalidRegionError
        | botocore.NoRegionError,
    ):
        return BadConfig(str(error), hint="Correct ~/.aws/config, or `region` in opsctl.toml.")
    return None


def _no_such_profile(name: str) -> OpsctlError:
    import botocore.session

    if not name:
        return NoAccess("AWS_PROFILE is set, but empty.", hint="unset AWS_PROFILE")
    profiles = sorted(botocore.session.Session(profile=None).full_config.get("profiles", {}))
    there = ", ".join(profiles) if profiles else "none: run aws configure sso"
    return NoAccess(
        f"There is no AWS profile called {name}.",
        hint=f"There are: {there}",
    )


def _no_credentials(target: Target | None) -> OpsctlError:
    if target and target.profile:
        return NoAccess(
            f"The profile {target.profile} gives no credentials.", hint=_renewal(target)
        )
    return NoAccess(
        "There are no AWS credentials.",
        hint="Set AWS_PROFILE or `profile` in opsctl.toml, or sign in: aws configure sso",
    )


def _renewal(target: Target | None) -> str:
    return _command("aws sso login", target)


def _command(command: str, target: Target | None) -> str:
    import os

    profile = (target.profile if target else "") or os.environ.get("AWS_PROFILE", "")
    return f"{command} --profile {profile}" if profile else command
