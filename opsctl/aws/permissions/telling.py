"""Permissions of what stands around a change: the checklist before it, and who is told of it."""

from __future__ import annotations

from opsctl.aws.permissions.data import BACKUPS
from opsctl.aws.permissions.needs import WRITES, Row, check, own_key
from opsctl.aws.permissions.releases import CALLER, DEFINITION, HISTORY, PREFLIGHT, SERVICE
from opsctl.aws.permissions.seeing import STATUS

_NAMED = "only where `notify` of opsctl.toml names it"

NOTICES = (
    *check("sns", "Publish", "topics", unseen=_NAMED),
    *check("secretsmanager", "GetSecretValue", "webhook secrets", unseen=_NAMED),
    *own_key("secretsmanager", "Decrypt"),
)
"""What telling the channels of `notify` needs, before and after each change."""
CHANNELS = (
    *check("sns", "GetTopicAttributes", "topics", unseen=_NAMED),
    *check("secretsmanager", "GetSecretValue", "webhook secrets", unseen=_NAMED),
)
"""How `doctor` looks whether the channels are there."""

ROWS: dict[str, Row] = {
    "checklist deploy": Row(
        (
            *CALLER,
            *SERVICE,
            *HISTORY,
            *DEFINITION,
            *check("ecr", "DescribeImages BatchGetImage GetDownloadUrlForLayer"),
            *check("ecr", "DescribeImageScanFindings"),
            *STATUS,
            *BACKUPS,
            *PREFLIGHT,
        ),
        "What may not be looked at does not hold, and the command says so. With `terraform` in "
        "opsctl.toml also what a plan of Terraform reads; the backup that it offers to make is "
        "`backup create all`.",
        records=WRITES,
    ),
}
