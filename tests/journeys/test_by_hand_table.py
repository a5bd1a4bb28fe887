"""By hand: the table is backed up, restored, switched to and pruned as through opsctl."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from at_aws import AtAws
from by_hand import Hand, changed, compare, deployed, opsctl, paused_deployments
from running import RunningSandbox, until

pytestmark = pytest.mark.journey

NEW = "captions-by-hand"
SOON = {"EVERY": "0.3"}
BACK_UP, RESTORE = "Back up the table", "Restore the table"
SWITCH, PRUNE = "Switch to a restored table", "Prune backups of the table"


def clear(aws: AtAws) -> None:
    """No backup, and no table beside the one in service."""
    for it in aws.dynamodb.list_backups(TableName=aws.names["table"])["BackupSummaries"]:
        aws.dynamodb.delete_backup(BackupArn=it["BackupArn"])
    if NEW in aws.dynamodb.list_tables()["TableNames"]:
        aws.dynamodb.update_table(TableName=NEW, DeletionProtectionEnabled=False)
        aws.dynamodb.delete_table(TableName=NEW)


@pytest.fixture
def table(steady: RunningSandbox, aws: AtAws) -> Iterator[AtAws]:
    clear(aws)
    yield aws
    clear(aws)


def backup(aws: AtAws) -> str:
    """The ARN of the only backup."""
    (found,) = aws.dynamodb.list_backups(TableName=aws.names["table"])["BackupSummaries"]
    return str(found["BackupArn"])


def test_a_backup_with_what_it_does_not_hold(hand: Hand, table: AtAws) -> None:
    compare(
        lambda: len(table.backups()),
        changed(hand.sandbox, "backup", "create", "dynamodb"),
        partial(clear, table),
        partial(hand.do, BACK_UP, fill=SOON),
        partial(hand.do, BACK_UP, fill=SOON, instead={"create-backup": "list-backups"}),
    )
    hand.do(BACK_UP, fill=SOON)
    file = sorted(hand.folder.glob("by-hand-*.json"))[-1]
    text, decoder, kept = file.read_text(), json.JSONDecoder(), {}
    while text.strip():
        document, end = decoder.raw_decode(text.lstrip())
        kept |= document
        text = text.lstrip()[end:]
    settings = table.table(table.names["table"])
    assert kept["Table"]["KeySchema"] == settings["KeySchema"]
    assert kept["TimeToLiveDescription"] == settings["ttl"]
    assert kept["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert [(it["Key"], it["Value"]) for it in kept["Tags"]] == settings["tags"]


@pytest.fixture
def richer(table: AtAws) -> Iterator[AtAws]:
    """The table with every setting that a restore loses."""
    name = table.names["table"]
    arn = table.dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    table.dynamodb.update_table(TableName=name, StreamSpecification=stream)
    table.dynamodb.update_table(TableName=name, DeletionProtectionEnabled=True)
    table.dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "owner", "Value": "on call"}])
    yield table
    table.dynamodb.untag_resource(ResourceArn=arn, TagKeys=["owner"])
    table.dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
    table.dynamodb.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})


def test_a_restore_of_a_backup(hand: Hand, richer: AtAws) -> None:
    def state() -> dict[str, Any]:
        if NEW not in richer.dynamodb.list_tables()["TableNames"]:
            return {}
        settings = richer.table(NEW)
        return {"settings": settings, "items": richer.items(NEW)}

    def back() -> None:
        if state():
            richer.dynamodb.update_table(TableName=NEW, DeletionProtectionEnabled=False)
            richer.dynamodb.delete_table(TableName=NEW)

    opsctl(hand.sandbox, "backup", "create", "dynamodb", "--name", "opsctl-by-hand", "--yes")
    listed = hand.do(RESTORE, 0)
    assert backup(richer) in listed.out
    assert listed.documents[-1]["PointInTimeRecoveryStatus"] == "ENABLED"

    def typed(**changes: Any) -> None:
        hand.do(RESTORE, 1, fill={"NEW": NEW, "BACKUP": backup(richer)})
        hand.do(RESTORE, 3, fill={"NEW": NEW, **SOON}, **changes)

    words = ("backup", "restore", "dynamodb", "opsctl-by-hand", "--as", NEW)
    compare(
        state,
        changed(hand.sandbox, *words),
        back,
        typed,
        partial(typed, instead={"dynamodb tag-resource": "dynamodb list-tables && true"}),
        partial(typed, instead={"Enabled=true,AttributeName": "Enabled=false,AttributeName"}),
    )


def test_a_restore_of_a_moment(hand: Hand, table: AtAws) -> None:
    # The latest moment lies a second behind, in the sandbox.
    at = (datetime.now(UTC) - timedelta(seconds=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    hand.do(RESTORE, 2, fill={"NEW": NEW, "AT": at})
    hand.do(RESTORE, 3, fill={"NEW": NEW, **SOON})
    assert table.table(NEW) == table.table(table.names["table"])


def test_a_restored_table_is_served(hand: Hand, table: AtAws) -> None:
    opsctl(hand.sandbox, "backup", "create", "dynamodb", "--name", "opsctl-by-hand", "--yes")
    words = ("backup", "restore", "dynamodb", "opsctl-by-hand", "--as", NEW)
    opsctl(hand.sandbox, *words, "--yes")
    first = f"{table.names['family']}:3"
    with paused_deployments(hand.sandbox):
        compare(
            table.release,
            deployed(hand.sandbox, "backup", "switch", NEW),
            lambda: table.ecs.update_service(**table.place, taskDefinition=first),
            partial(hand.do, SWITCH, fill={"NEW": NEW}),
            partial(hand.do, SWITCH, fill={"NEW": NEW, "VARIABLE": "TABEL"}),
            partial(hand.do, SWITCH, fill={"NEW": "nowhere"}),
        )


def test_the_oldest_backup_is_pruned(hand: Hand, table: AtAws) -> None:
    def back() -> None:
        clear(table)
        for name in ("opsctl-1", "opsctl-2"):
            table.dynamodb.create_backup(TableName=table.names["table"], BackupName=name)
            until(lambda name=name: name in table.backups())

    def typed() -> None:
        oldest = hand.do(PRUNE, 0).rows[0]
        hand.do(PRUNE, 1, fill={"BACKUP": oldest[2]})

    back()
    words = ("backup", "prune", "dynamodb", "--keep", "1", "--confirm", table.names["table"])
    compare(
        table.backups,
        lambda: opsctl(hand.sandbox, *words),
        back,
        typed,
        partial(hand.do, PRUNE, 1),
    )
