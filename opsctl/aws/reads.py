"""Which operations of AWS only read: the rest is refused while no plan is being applied.

What is not known to read counts as a change, so a new operation is refused rather than let
through. Services are named as botocore names them (`cognito-idp`, `elbv2`).
"""

from __future__ import annotations

import re

_FIRST_WORDS = (
    "AdminGet",
    "AdminList",
    "BatchDescribe",
    "BatchGet",
    "Describe",
    "Estimate",
    "Filter",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Query",
    "Scan",
    "Search",
    "Select",
    "Simulate",
    "TransactGet",
    "Validate",
)
_READS_BY_NAME = re.compile(rf"(?:{'|'.join(_FIRST_WORDS)})(?![a-z])")

READS = frozenset(
    {
        "ecr:BatchCheckLayerAvailability",
        "kms:Decrypt",
        "kms:Verify",
        # A query changes nothing that anybody else sees; it is paid for, like any read.
        "logs:StartLiveTail",
        "logs:StartQuery",
        "logs:StopQuery",
        "logs:TestMetricFilter",
        "logs:TestTransformer",
        # Signing in: botocore itself calls these to get credentials.
        "s3:CreateSession",
        "signin:CreateOAuth2Token",
        "sso-oidc:CreateToken",
        "sts:AssumeRole",
        "sts:AssumeRoleWithSAML",
        "sts:AssumeRoleWithWebIdentity",
        "sts:DecodeAuthorizationMessage",
        "wafv2:CheckCapacity",
    }
)
"""Operations that read although their name does not say so."""

CHANGES = frozenset(
    {
        # It sends the user a message with a code.
        "cognito-idp:GetUserAttributeVerificationCode",
        # With rotation on, the old refresh token stops working.
        "cognito-idp:GetTokensFromRefreshToken",
        # Credentials for somebody else: not something opsctl hands out.
        "sts:GetFederationToken",
    }
)
"""Operations that change something although their name says they read.

Signing a user in (`cognito-idp:InitiateAuth`) is a change by its name too: it makes tokens, is
recorded, and may send a message.
"""


def only_reads(service: str, operation: str) -> bool:
    """Whether an operation changes nothing: `only_reads("ecs", "DescribeServices")`."""
    name = f"{service}:{operation}"
    if name in CHANGES:
        return False
    return name in READS or _READS_BY_NAME.match(operation) is not None
