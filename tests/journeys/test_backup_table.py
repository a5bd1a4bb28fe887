"""Journeys of the table: backed up, broken, restored without the erased, switched to and back."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from background import opsctl_in_background
from running import RunningSandbox, until

pytestmark = pytest.mark.journey

GHOST = "ghost#1"
NAME = "opsctl-journey"
NEW = "captions-journey"


@pytest.fixture
def table(steady: RunningSandbox) -> Iterator[Table]:
    """The table of the service; put back as it was, and nothing else left."""
    made = Table(steady)
    before = made.items()
    yield made
    made.put_back(before)


class Table:
    """The table through plain AWS calls."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.name = str(sandbox.found["names"]["table"])
        self.client = sandbox.client("dynamodb")

    def items(self, table: str = "") -> dict[str, Any]:
        found = self.client.scan(TableName=table or self.name)["Items"]
        return {f"{it['PK']['S']} {it['SK']['S']}": it for it in found}

    def status(self, table: str) -> str:
        return str(self.client.describe_table(TableName=table)["Table"]["TableStatus"])

    def put(self, user: str, number: int, **more: Any) -> None:
        key = {"PK": {"S": f"USER#{user}"}, "SK": {"S": f"IMAGE#{number}"}}
        self.client.put_item(TableName=self.name, Item={**key, **more})

    def put_back(self, before: dict[str, Any]) -> None:
        for name, item in self.items().items():
            if name not in before:
                key = {part: item[part] for part in ("PK", "SK")}
                self.client.delete_item(TableName=self.name, Key=key)
        for item in before.values():
            self.client.put_item(TableName=self.name, Item=item)
        for it in self.client.list_backups(TableName=self.name)["BackupSummaries"]:
            if it["BackupName"] == NAME:
                self.client.delete_backup(BackupArn=it["BackupArn"])
        if NEW in self.client.list_tables()["TableNames"]:
            self.client.delete_table(TableName=NEW)


def ok(sandbox: RunningSandbox, *words: str) -> dict[str, Any]:
    done = sandbox.opsctl(*words, "-e", "local", "-o", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def in_use(sandbox: RunningSandbox) -> str:
    names = sandbox.found["names"]
    place = {"cluster": names["cluster"], "services": [names["service"]]}
    ecs = sandbox.client("ecs")
    live = ecs.describe_services(**place)["services"][0]["taskDefinition"]
    found = ecs.describe_task_definition(taskDefinition=live)["taskDefinition"]
    variables = found["containerDefinitions"][0]["environment"]
    return str(next(it["value"] for it in variables if it["name"] == "TABLE"))


def test_what_was_corrupted_comes_back_and_who_was_erased_does_not(
    steady: RunningSandbox, table: Table
) -> None:
    table.put(GHOST, 1, note={"S": "of somebody who will be erased"})
    before = table.items()
    ok(steady, "backup", "create", "dynamodb", "--name", NAME, "--yes")
    again = ok(steady, "backup", "create", "dynamodb", "--name", NAME, "--yes")
    assert again["status"] == "nothing_to_do"
    ok(steady, "user", "purge", GHOST, "--confirm", GHOST)
    broken = next(name for name in before if GHOST not in name)
    user, number = before[broken]["PK"]["S"], before[broken]["SK"]["S"]
    table.put(user.removeprefix("USER#"), number.removeprefix("IMAGE#"), note={"S": "corrupt"})

    words = ("backup", "restore", "dynamodb", NAME, "--as", NEW)
    restoring = opsctl_in_background(steady, *words, "-e", "local", "--yes")
    try:
        restoring.wait_for("being restored")
        restoring.send(signal.SIGINT)
        assert restoring.end() == 22, restoring.text
    finally:
        restoring.kill()
    assert f"--as {NEW} --env local" in restoring.text
    refused = steady.opsctl("backup", "switch", NEW, "-e", "local", "--yes")
    assert refused.returncode == 13
    assert "may hold users who were erased" in refused.stderr
    # A table that becomes active between two looks is another one than the plan was made for.
    until(lambda: table.status(NEW) == "ACTIVE")

    done = ok(steady, *words, "--yes")
    assert done["result"]["items_erased_again"] == 1
    assert ok(steady, *words, "--yes")["status"] == "nothing_to_do"
    expected = {name: item for name, item in before.items() if GHOST not in name}
    assert table.items(NEW) == expected

    ok(steady, "backup", "switch", NEW, "--yes")
    assert in_use(steady) == NEW
    ok(steady, "undo", "last", "--yes")
    assert in_use(steady) == table.name
