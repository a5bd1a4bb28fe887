"""The keys of opsctl.toml that name things of AWS."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from opsctl.targets.config_forms import about, name


class Names(msgspec.Struct, kw_only=True):
    """What things are called; each has a default of the runbook's scheme."""

    cluster: Annotated[str, name("The ECS cluster.")] | UnsetType = UNSET
    service: Annotated[str, name("The ECS service.")] | UnsetType = UNSET
    family: Annotated[str, name("The family of task definitions.")] | UnsetType = UNSET
    container: Annotated[str, name("The container that is the service.")] | UnsetType = UNSET
    repository: Annotated[str, name("The ECR repository.")] | UnsetType = UNSET
    log_group: Annotated[str, name("The CloudWatch log group of the tasks.")] | UnsetType = UNSET
    secret: Annotated[str, name("The secret in Secrets Manager.")] | UnsetType = UNSET
    table: Annotated[str, name("The DynamoDB table of captions.")] | UnsetType = UNSET
    key_prefix: (
        Annotated[
            str,
            about(
                "Where the images of one user lie in the bucket.",
                'a prefix in quotes that holds {user_id} and ends in "/"',
                pattern=r"\{user_id\}.*/$",
            ),
        ]
        | UnsetType
    ) = UNSET
    alarm_prefix: Annotated[str, name("How the names of alarms begin.")] | UnsetType = UNSET
    alarm_suffix: (
        Annotated[str, about("How the names of alarms end.", 'a text in quotes, "" for any')]
        | UnsetType
    ) = UNSET
    blocked_ips: Annotated[str, name("The WAF IP set of blocked IPv4 addresses.")] | UnsetType = (
        UNSET
    )
    blocked_ips_v6: (
        Annotated[str, name("The WAF IP set of blocked IPv6 addresses.")] | UnsetType
    ) = UNSET
    waf_scope: (
        Annotated[
            str,
            about(
                "What the IP sets protect: a distribution (in us-east-1), or things of the region.",
                '"CLOUDFRONT" or "REGIONAL"',
                pattern="^(CLOUDFRONT|REGIONAL)$",
            ),
        ]
        | UnsetType
    ) = UNSET
