"""docs/iam.md is made from opsctl/aws/permissions; OPSCTL_WRITE_DOCS=1 writes it anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from opsctl.aws import permissions
from opsctl.aws.permissions.grants import grants
from opsctl.aws.permissions.needs import CHECK, OWN_KEY, UNDO, WORK, Need, Row

DOCUMENT = Path(__file__).parents[2] / "docs" / "iam.md"
SERVES = {
    WORK: "Needed",
    CHECK: "Only for checks and notes",
    UNDO: "Only to take it back",
    OWN_KEY: "With a KMS key of your own",
}
HEAD = """\
# What each command needs to be allowed

<!-- Made from opsctl/aws/permissions by tests/docs/test_iam.py: do not edit. -->

`opsctl iam policy COMMAND… --env ENV` prints the policy for some commands, limited to the names of
the environment; it asks AWS nothing, so whoever may not do anything yet can make it:

```bash
opsctl iam policy status logs verify --env prod > look.json
opsctl iam policy "scale count" rollback restart --role captions-task --env prod > act.json
aws iam create-policy --policy-name opsctl-act --policy-document file://act.json
```

What is below is the table that it is made from. The journeys of the tests record every operation
that a command makes and compare both ways ([why](decisions/0010-iam.md)): nothing is missing, and
nothing is there that no run needs. **Needed** is what the command does not work without; without
what **only serves checks and notes** it says what it did not look at, and goes on; what is **only
to take it back** the undo needs. `--reads-only` gives what reports and dry runs need, and nothing
that changes anything.

- `sts:GetCallerIdentity`, asked before every change, and `cognito-idp:InitiateAuth` need no
  permission.
- Where AWS cannot limit an action to a resource, it is allowed anywhere, with a condition where
  there is one: `ecs:cluster`, `iam:PassedToService`, `application-autoscaling:service-namespace`.
- Roles of the tasks, users whose access keys are rotated, and KMS keys of your own are not in
  opsctl.toml: name them with `--role`, `--user` and `--kms-key`.
- AWS says no to a call: the error names the action, and the command that prints all that is needed.
- opsctl names itself and the command in each call (`opsctl/0.1.0 md/command#scale.count`), which
  CloudTrail keeps as `userAgent`.
- A policy that changes something is well given to a role that asks for a second factor: set
  `role_arn` and `mfa_serial` in opsctl.toml, and let the role's trust policy demand
  `aws:MultiFactorAuthPresent`.
"""
RECORDS = """
## Journal, lock and incidents

Nothing of AWS, unless `state` is an `s3://` address. Then whatever reads them needs
`s3:GetObject` below its prefix and `s3:ListBucket` on the bucket, and whatever writes them, as
every change does, `s3:PutObject` and `s3:DeleteObject` below the prefix too. The policies hold it.
"""
NOTICES = """
## Telling of a change

Where `notify` of opsctl.toml names a topic, every change publishes to it with `sns:Publish`; where
it names a secret, it reads the webhook there with `secretsmanager:GetSecretValue`, and with
`kms:Decrypt` for a key of your own. Without them the change is made, and standard error says who
was not told. `doctor` looks by `sns:GetTopicAttributes`, and sends nothing. The policies hold it.

## Completion by Tab

It only reads, and offers nothing where it may not: what `rollback --list`, `alarms list` and
`backup list` read, `ecr:DescribeImages` for tags, and for runs and incidents what `history` reads.
"""
NOTHING = """
## Commands that ask AWS nothing

{}.
"""
TAIL = """
## The caption service itself (the task role)

- The bucket: `s3:ListBucket`, `s3:ListBucketVersions` and `s3:ListBucketMultipartUploads` on the \
bucket; `s3:PutObject`, `s3:GetObject`, `s3:DeleteObject`, `s3:DeleteObjectVersion` and \
`s3:AbortMultipartUpload` on `images/*` in it. A presigned link is good for as long as the role \
may `s3:GetObject`. With a KMS key of your own `kms:Decrypt` and `kms:GenerateDataKey`.
- The table, not its indexes: `dynamodb:PutItem`, `dynamodb:GetItem`, `dynamodb:Query`, \
`dynamodb:DeleteItem`, `dynamodb:BatchWriteItem`, and `dynamodb:DescribeTable` for `/readyz`.
- Captioners, only those that `CAPTIONERS` names: `bedrock:InvokeModel` (Converse is allowed by \
it) on the model, and for an inference profile on the profile and on the model in each of its \
regions; \
`sagemaker:InvokeEndpoint` on the endpoint. Hugging Face needs the key, and a way out of the \
network.
- Cognito: nothing. `InitiateAuth`, `GetUser` and `GlobalSignOut` are asked with the user's own \
password or token, and the keys of a pool are public.

Secrets are read by the execution role (`secretsmanager:GetSecretValue`), not by the task role.
"""


@cache
def generated() -> str:
    """The whole document."""
    asking = {name: row for name, row in permissions.table().items() if permissions.needs(name)}
    silent = sorted(set(permissions.table()) - set(asking))
    sections = "".join(_section(name, row) for name, row in asking.items())
    nothing = NOTHING.format(", ".join(f"`{name}`" for name in silent))
    return HEAD + sections + RECORDS + NOTICES + nothing + TAIL


def _section(name: str, row: Row) -> str:
    return f"\n## `{name}`\n\n" + "\n".join(_lines(name, row)).rstrip() + "\n"


def _lines(name: str, row: Row) -> Iterator[str]:
    if name == "undo":
        yield f"What the command that is taken back needs. {row.note}"
        return
    needs = permissions.needs(name)
    told: set[tuple[str, str]] = set()
    for serves, words in SERVES.items():
        found = _by_place([it for it in needs if it.serves == serves], told)
        if not found:
            continue
        yield f"**{words}**\n"
        for place, actions in found.items():
            yield f"- {place}: {', '.join(f'`{each}`' for each in actions)}"
        yield ""
    if row.note:
        yield row.note


def _by_place(needs: list[Need], told: set[tuple[str, str]]) -> dict[str, list[str]]:
    """Place → actions that were not told of this command before."""
    found: dict[str, list[str]] = {}
    for grant in sorted({it for need in needs for it in grants(need)}):
        if (grant.action, grant.place) not in told:
            told.add((grant.action, grant.place))
            place = "anywhere" if grant.place == "*" else grant.place
            via = f" ({grant.condition})" if grant.condition else ""
            found.setdefault(f"{place}{via}", []).append(grant.action)
    return dict(sorted(found.items(), key=lambda it: it[0].lower()))


def test_the_document_is_what_the_table_says() -> None:
    if os.environ.get("OPSCTL_WRITE_DOCS"):
        DOCUMENT.write_text(generated(), encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == generated(), (
        "stale: OPSCTL_WRITE_DOCS=1 pytest tests/docs"
    )


def test_every_command_of_the_table_is_told() -> None:
    page = generated()
    for name in permissions.table():
        assert f"`{name}`" in page
