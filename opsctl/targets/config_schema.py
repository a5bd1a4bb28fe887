"""The schema of opsctl.toml: each key with its form and meaning.

`docs/configuration.md` is made from it. It is imported only when there is a file to read,
because msgspec costs 20 ms.
"""

from __future__ import annotations

import typing
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from opsctl import durations
from opsctl.targets.config_changes import Changes
from opsctl.targets.config_forms import ACCOUNT_FORM, about, name, role, url


class Environment(Changes, kw_only=True):
    """One `[env.NAME]` table."""

    account: Annotated[
        str,
        about(
            "The AWS account. Credentials of another account are refused before any change.",
            ACCOUNT_FORM,
            pattern=r"^\d{12}$",
        ),
    ]
    region: Annotated[
        str,
        about(
            "The AWS region.",
            'a region in quotes, like "eu-west-1"',
            pattern=r"^[a-z]{2,4}(-[a-z]+)+-\d+$",
        ),
    ]
    bucket: Annotated[str, name("The bucket of images.")] | UnsetType = UNSET
    user_pool: (
        Annotated[
            str,
            about(
                "The id of the Cognito user pool; it cannot be guessed.",
                'a pool id in quotes, like "eu-west-1_a1B2c3D4e"',
                pattern=r"^[\w-]+_[0-9a-zA-Z]+$",
            ),
        ]
        | UnsetType
    ) = UNSET
    user_pool_client: (
        Annotated[str, name("The id of the app client; it cannot be guessed.")] | UnsetType
    ) = UNSET
    profile: (
        Annotated[str, name("The AWS profile; without it, AWS's own chain decides (AWS_PROFILE…).")]
        | UnsetType
    ) = UNSET
    role_arn: (
        Annotated[
            str,
            role("A role to assume with those credentials."),
        ]
        | UnsetType
    ) = UNSET
    mfa_serial: (
        Annotated[
            str,
            about(
                "The MFA device to ask a code of when the role is assumed.",
                'a serial number in quotes, like "arn:aws:iam::123456789012:mfa/ana"',
                min_length=9,
            ),
        ]
        | UnsetType
    ) = UNSET
    protected: (
        Annotated[
            bool,
            about(
                "A moderate change needs the environment's name typed, or --confirm. "
                "Environments called prod or production are always protected.",
                "true or false",
            ),
        ]
        | UnsetType
    ) = UNSET
    app_url: Annotated[str, url("Where users reach the service.")] | UnsetType = UNSET
    health_path: (
        Annotated[
            str,
            about(
                "The health endpoint below app_url.",
                'a path in quotes, like "/_stcore/health"',
                pattern="^/",
            ),
        ]
        | UnsetType
    ) = UNSET
    dashboard: Annotated[str, name("The CloudWatch dashboard.")] | UnsetType = UNSET
    secret_keys: (
        Annotated[
            dict[
                Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$")],
                Annotated[str, Meta(min_length=1)],
            ],
            about(
                "What the keys of the secret are called in `opsctl secrets rotate NAME`.",
                'a table of names, like { hf = "hf_api_key" }',
            ),
        ]
        | UnsetType
    ) = UNSET
    hf_check_url: (
        Annotated[str, url("What `opsctl secrets rotate hf --check` asks about the new key.")]
        | UnsetType
    ) = UNSET
    never_block: (
        Annotated[
            list[str],
            about(
                "What no command blocks: your office, your NAT gateways, health checks, partners.",
                'a list of addresses and ranges, like ["203.0.113.0/24", "2001:db8::1"]',
            ),
        ]
        | UnsetType
    ) = UNSET
    state: (
        Annotated[
            str,
            about(
                "Where the journal and the lock lie, for a team. Without it: on this machine.",
                'a place in quotes, like "s3://our-ops/opsctl"',
                pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?$",
            ),
        ]
        | UnsetType
    ) = UNSET
    deploy_timeout: (
        Annotated[
            str, about("How long a deployment is waited for.", f"{durations.FORM}, in quotes")
        ]
        | UnsetType
    ) = UNSET
    max_tasks: (
        Annotated[
            int,
            about(
                "No command runs more tasks than this: the blast radius of a typo.",
                "a whole number from 1 to 1000",
                ge=1,
                le=1000,
            ),
        ]
        | UnsetType
    ) = UNSET
    incidents: (
        Annotated[
            str,
            about(
                "Where reports of incidents are written, from the folder of opsctl.toml.",
                'a folder in quotes, like "docs/incidents"',
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    queries: (
        Annotated[
            dict[
                Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$")],
                Annotated[str, Meta(min_length=1)],
            ],
            about(
                "Queries of Logs Insights by name, for `opsctl logs query NAME`, beside those that "
                "opsctl knows.",
                'a table of queries, like { slow = "filter duration > 2000 | limit 20" }',
            ),
        ]
        | UnsetType
    ) = UNSET
    smoke_user: Annotated[str, name("The user that `opsctl verify` signs in as.")] | UnsetType = (
        UNSET
    )
    smoke_secret: (
        Annotated[
            str, name("The secret whose JSON key `password` holds the smoke user's password.")
        ]
        | UnsetType
    ) = UNSET
    runbook: (
        Annotated[
            str,
            about(
                "A runbook of your own for `opsctl runbook`, from the folder of opsctl.toml; "
                "above the environments it counts for all of them. Without it: the one that is "
                "part of opsctl.",
                'a file in quotes, like "RUNBOOK.md"',
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    endpoint_url: Annotated[str, url("Another AWS, such as a test server.")] | UnsetType = UNSET


REQUIRED = ("account", "region")


def fields() -> dict[str, tuple[Any, Meta]]:
    """Every key of an environment: its type, and its Meta with description and form."""
    hints = typing.get_type_hints(Environment, include_extras=True)
    order = [*REQUIRED, *(each for each in hints if each not in REQUIRED)]
    return {each: (hints[each], _meta(hints[each])) for each in order}


def form(meta: Meta) -> str:
    """The expected form of a value, in words."""
    return str((meta.extra or {})["form"])


def fits(value: object, kind: Any) -> bool:
    """Whether a value of the file has the type and the limits of the schema."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _meta(kind: Any) -> Meta:
    annotated = kind if hasattr(kind, "__metadata__") else typing.get_args(kind)[0]
    meta: Meta = annotated.__metadata__[0]
    return meta
