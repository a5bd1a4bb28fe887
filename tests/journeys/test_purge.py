"""Journeys of an erasure: a big user whole, neighbours untouched, failures that a second run ends.

Names are made so that they break what is careless: prefixes of each other, and signs that URLs,
keys and queries know.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from running import RunningSandbox, until

pytestmark = pytest.mark.journey

BIG = "i'd#1:50%+😀"
NEIGHBOURS = (f"{BIG}0", f"{BIG}-suffix", f"{BIG} twin", BIG[:-1], "i'd#1:50%")
OBJECTS, ITEMS = 6_000, 1_500
"""Several pages of each, and more batches than are under way at once."""


class People:
    """Users through plain AWS calls."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self.names = sandbox.found["names"]
        self.s3 = sandbox.client("s3")
        self.dynamodb = sandbox.client("dynamodb")
        self.cognito = sandbox.client("cognito-idp")

    def make(self, name: str, *, objects: int = 40, items: int = 30, **more: int) -> None:
        mail = {"Name": "email", "Value": self.mail(name)}
        self.cognito.admin_create_user(
            UserPoolId=self.names["user_pool"], Username=name, UserAttributes=[mail]
        )
        self.fill(name, objects=objects, items=items, **more)

    def fill(self, name: str, *, objects: int = 0, items: int = 0, **more: int) -> None:
        if objects or more:
            place = {"bucket": self.names["bucket"], "prefix": f"images/{name}/"}
            self.sandbox.ask("POST", "fill", {**place, "objects": objects, "size": 9, **more})
        if items:
            key = {"table": self.names["table"], "key": {"PK": f"USER#{name}"}}
            self.sandbox.ask("POST", "fill", {**key, "items": items, "awkward": True})

    def mail(self, name: str) -> str:
        return f"{name.encode().hex()}@example.com"

    def versions(self, prefix: str) -> list[tuple[Any, ...]]:
        """Every version and marker below a prefix, with what tells its bytes."""
        pages = self.s3.get_paginator("list_object_versions").paginate(
            Bucket=self.names["bucket"], Prefix=prefix
        )
        return [
            (it["Key"], it["VersionId"], it.get("ETag"), it.get("Size"), it["IsLatest"])
            for page in pages
            for it in [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        ]

    def uploads(self, prefix: str) -> list[Any]:
        found = self.s3.list_multipart_uploads(Bucket=self.names["bucket"], Prefix=prefix)
        return list(found.get("Uploads", ()))

    def items(self, name: str) -> list[Any]:
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.names["table"],
            KeyConditionExpression="PK = :who",
            ExpressionAttributeValues={":who": {"S": f"USER#{name}"}},
            ConsistentRead=True,
        )
        return [item for page in pages for item in page["Items"]]

    def account(self, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self.cognito.admin_get_user(
                UserPoolId=self.names["user_pool"], Username=name
            )
        except self.cognito.exceptions.UserNotFoundException:
            return None
        return found

    def left(self, name: str) -> tuple[int, int, int, bool]:
        """(versions and markers, uploads, items, account)."""
        prefix = f"images/{name}/"
        return (
            len(self.versions(prefix)),
            len(self.uploads(prefix)),
            len(self.items(name)),
            self.account(name) is not None,
        )

    def remove(self, name: str) -> None:
        bucket = self.names["bucket"]
        for key, version, *_rest in self.versions(f"images/{name}/"):
            self.s3.delete_object(Bucket=bucket, Key=key, VersionId=version)
        for item in self.items(name):
            key = {"PK": item["PK"], "SK": item["SK"]}
            self.dynamodb.delete_item(TableName=self.names["table"], Key=key)
        if self.account(name):
            self.cognito.admin_delete_user(UserPoolId=self.names["user_pool"], Username=name)


NOTHING = (0, 0, 0, False)
WORDS = ("user", "purge", "-e", "local", "-o", "json")


def purge(sandbox: RunningSandbox, name: str, *words: str) -> subprocess.CompletedProcess[str]:
    """`opsctl user purge` with the name on standard input, confirmed by the name."""
    return sandbox.opsctl(*WORDS, *words, "--confirm", name, text=f"{name}\n")


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "opsctl", *WORDS, *words]


def purged(sandbox: RunningSandbox, name: str) -> dict[str, Any]:
    """A purge that succeeds; its document."""
    it = purge(sandbox, name)
    assert it.returncode == 0, it.stderr
    answer: dict[str, Any] = json.loads(it.stdout)
    return answer


def by_kind(people: People, document: dict[str, Any]) -> dict[str, Any]:
    """The rows of the bucket with the pictures, the table and the account."""
    backup = people.names.get("backup_bucket") or "-"
    rows = [it for it in document["result"]["stores"] if backup not in it["store"]]
    return {it["store"].partition(":")[0]: it for it in rows}


def begun(sandbox: RunningSandbox, name: str) -> subprocess.Popen[str]:
    """A purge under way, in its own process group."""
    process = subprocess.Popen(
        command("--confirm", name),
        env=dict(sandbox.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdin is not None
    process.stdin.write(f"{name}\n")
    process.stdin.close()
    process.stdin = None
    return process


def made(sandbox: RunningSandbox, operation: str) -> int:
    """How many calls of an operation were made."""
    return sum(it["operation"] == operation for it in sandbox.calls())


def kept(sandbox: RunningSandbox) -> Iterator[Path]:
    """Every file that opsctl keeps of its own; the sandbox's are others."""
    home = Path(sandbox.environ["XDG_STATE_HOME"]) / "opsctl"
    for path in home.rglob("*"):
        if path.is_file() and "sandbox" not in path.relative_to(home).parts:
            yield path


def tells(text: str | bytes, *names: str) -> list[str]:
    content = text if isinstance(text, bytes) else text.encode()
    escaped = [json.dumps(name)[1:-1] for name in names]
    return [it for it in [*names, *escaped] if it.encode() in content]


@dataclass(frozen=True)
class Big:
    """The big user's erasure, and what was beside them before."""

    people: People
    sub: str
    before: dict[str, Any]
    document: dict[str, Any]
    stderr: str


def beside(people: People) -> dict[str, Any]:
    """Everything of the neighbours, byte by byte as far as ETag and size tell it."""
    names = (*NEIGHBOURS, "alice", "bob", "carol")
    objects = {it for name in names for it in people.versions(f"images/{name}/")}
    return {"objects": objects, "items": {name: people.items(name) for name in NEIGHBOURS}}


@pytest.fixture(scope="module")
def big(sandbox: RunningSandbox) -> Iterator[Big]:
    people = People(sandbox)
    people.make(BIG, objects=OBJECTS, versions=2, markers=300, uploads=25, items=ITEMS)
    for name in NEIGHBOURS:
        people.fill(name, objects=4, versions=2, markers=1, items=4)
    account = people.account(BIG)
    assert account
    sub = next(it["Value"] for it in account["UserAttributes"] if it["Name"] == "sub")
    before = beside(people)
    it = purge(sandbox, BIG)
    assert it.returncode == 0, it.stderr
    yield Big(people, sub, before, json.loads(it.stdout), it.stderr)
    for name in NEIGHBOURS:
        people.remove(name)


def test_everything_of_a_big_user_is_gone(big: Big) -> None:
    assert big.people.left(BIG) == NOTHING
    rows = by_kind(big.people, big.document)
    assert rows["s3"]["deleted"]["versions"] >= OBJECTS
    assert rows["s3"]["deleted"]["uploads"] == 25
    assert rows["dynamodb"]["deleted"]["items"] == ITEMS
    assert {row["state"] for row in big.document["result"]["stores"]} == {"verified"}
    assert big.document["result"]["outcome"] == "erased"


def test_the_neighbours_are_as_before_byte_by_byte(big: Big) -> None:
    assert big.before["objects"]
    assert all(big.before["items"].values())
    assert beside(big.people) == big.before


def test_nothing_that_is_kept_or_printed_as_json_names_the_user(
    big: Big, sandbox: RunningSandbox
) -> None:
    names = (BIG, big.sub, big.people.mail(BIG))
    assert not tells(json.dumps(big.document), *names)
    assert not tells(big.stderr, *names)
    files = list(kept(sandbox))
    assert files
    assert not {path.name: found for path in files if (found := tells(path.read_bytes(), *names))}


def test_again_there_is_nothing_to_do_and_what_comes_back_is_seen(
    big: Big, sandbox: RunningSandbox
) -> None:
    assert purged(sandbox, BIG)["status"] == "nothing_to_do"
    case = big.document["result"]["case"]
    words = ("user", "certificate", case, "--subject", BIG, "-e", "local")
    assert sandbox.opsctl(*words).returncode == 0
    big.people.fill(BIG, objects=1)
    try:
        assert sandbox.opsctl(*words).returncode == 30
        again = purge(sandbox, BIG, "--dry-run")
        assert json.loads(again.stdout)["status"] == "planned"
        assert case in json.dumps(json.loads(again.stdout)["plan"]["notes"])
    finally:
        big.people.remove(BIG)


def test_a_certificate_that_was_changed_is_found_out(big: Big, sandbox: RunningSandbox) -> None:
    case = big.document["result"]["case"]
    words = ("user", "certificate", case, "-e", "local", "-o", "json")
    examined = sandbox.opsctl(*words)
    assert examined.returncode == 0, examined.stderr
    assert json.loads(examined.stdout)["result"]["document"]["subject"].startswith("user-")
    (path,) = (it for it in kept(sandbox) if it.name == f"{case}.json")
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"failed"', b'"x"').replace(b'"erased"', b'"Erased"'))
    try:
        assert sandbox.opsctl(*words).returncode == 30
    finally:
        path.write_bytes(content)


@pytest.fixture
def people(sandbox: RunningSandbox) -> Iterator[People]:
    sandbox.ask("DELETE", "calls")
    yield People(sandbox)
    sandbox.ask("DELETE", "faults")


@pytest.mark.parametrize(
    ("name", "fault", "store", "reason"),
    [
        ("per-key", {"kind": "per-key", "code": "InternalError", "share": 0.1}, "s3", "Internal"),
        ("unprocessed", {"kind": "unprocessed", "share": 1.0}, "dynamodb", "unprocessed"),
        (
            "denied",
            {
                "service": "dynamodb",
                "operation": "BatchWriteItem",
                "code": "AccessDeniedException",
                "message": "User: kim may not do it on USER#denied",
            },
            "dynamodb",
            "BatchWriteItem",
        ),
    ],
)
def test_what_a_store_refuses_keeps_the_account_and_a_second_run_ends_it(
    people: People, name: str, fault: dict[str, Any], store: str, reason: str
) -> None:
    people.make(name)
    people.sandbox.ask("POST", "faults", fault)
    cut = purge(people.sandbox, name)
    assert cut.returncode == 20, cut.stderr
    rows = by_kind(people, json.loads(cut.stdout))
    other = "s3" if store == "dynamodb" else "dynamodb"
    assert (rows[store]["state"], rows[other]["state"]) == ("failed", "deleted")
    assert reason in rows[store]["detail"]
    account = people.account(name)
    assert account is not None
    assert not account["Enabled"]
    assert people.items(name) if store == "dynamodb" else people.versions(f"images/{name}/")

    people.sandbox.ask("DELETE", "faults")
    document = purged(people.sandbox, name)
    assert document["result"]["outcome"] == "erased"
    assert document["result"]["case"] == json.loads(cut.stdout)["result"]["case"]
    assert people.left(name) == NOTHING


def test_slow_down_a_cut_connection_and_a_lost_answer_are_got_over(people: People) -> None:
    people.make("burst")
    slow = {"service": "s3", "operation": "DeleteObjects", "code": "SlowDown", "status": 503}
    people.sandbox.ask("POST", "faults", {**slow, "times": 2})
    lost = {"service": "dynamodb", "operation": "BatchWriteItem", "kind": "lost", "times": 1}
    people.sandbox.ask("POST", "faults", lost)
    cut = {"service": "s3", "operation": "DeleteObjects", "kind": "cut", "times": 1, "after": 2}
    people.sandbox.ask("POST", "faults", cut)
    assert purged(people.sandbox, "burst")["result"]["outcome"] == "erased"
    assert people.left("burst") == NOTHING


def test_what_may_not_be_read_is_never_taken_for_empty(people: People) -> None:
    people.make("unseen")
    denied = {"service": "dynamodb", "operation": "Query", "code": "AccessDeniedException"}
    people.sandbox.ask("POST", "faults", denied)
    refused = purge(people.sandbox, "unseen")
    assert refused.returncode == 11, refused.stderr
    assert "dynamodb:" in json.loads(refused.stdout)["error"]["message"]
    account = people.account("unseen")
    assert account is not None
    assert account["Enabled"]
    people.sandbox.ask("DELETE", "faults")
    people.remove("unseen")


def test_a_look_that_fails_leaves_the_case_open_and_an_alias_ends_it(people: People) -> None:
    people.make("before-alias")
    purged(people.sandbox, "before-alias")
    people.make("alias")
    # All lists are let through but the last ones, which are those of the second look.
    early = made(people.sandbox, "ListObjectVersions") - 7
    fault = {"service": "s3", "operation": "ListObjectVersions", "code": "AccessDenied"}
    people.sandbox.ask("POST", "faults", {**fault, "status": 403, "after": early})
    cut = purge(people.sandbox, "alias")
    assert cut.returncode == 21, cut.stderr
    people.sandbox.ask("DELETE", "faults")
    assert people.left("alias") == NOTHING
    case = json.loads(cut.stdout)["result"]["case"]
    words = ("user", "certificate", case, "-e", "local")
    assert people.sandbox.opsctl(*words).returncode == 12

    mail = people.mail("alias")
    it = subprocess.run(
        command("--confirm", "alias"),
        env=dict(people.sandbox.environ),
        input=mail,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert it.returncode == 0, it.stderr
    assert people.sandbox.opsctl(*words).returncode == 0
    assert not any(tells(path.read_bytes(), mail) for path in kept(people.sandbox))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_cut_off_in_the_middle_nothing_more_is_sent_and_a_second_run_ends_it(
    people: People, number: signal.Signals
) -> None:
    name = f"cut-{number.name.lower()}"
    people.make(name, objects=12_000, items=10)
    # Eight batches are under way at once. Nine of twelve are carried out; the others are asked for
    # again and again when the signal comes.
    batches = {"service": "s3", "operation": "DeleteObjects"}
    people.sandbox.ask("POST", "faults", {**batches, "latency": 0.4})
    refusal = {**batches, "code": "SlowDown", "status": 503, "after": 9}
    people.sandbox.ask("POST", "faults", refusal)
    process = begun(people.sandbox, name)
    until(lambda: made(people.sandbox, "DeleteObjects") >= 1)
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=120)
    # What was in flight when it was killed is carried out all the same; then nothing comes.
    people.sandbox.wait_until_answered()
    people.sandbox.ask("DELETE", "faults")
    people.sandbox.ask("DELETE", "calls")
    assert process.returncode == (22 if number is signal.SIGINT else -9), stderr
    if number is signal.SIGINT:
        assert json.loads(stdout)["status"] == "cancelled"
    first = people.s3.list_object_versions(
        Bucket=people.names["bucket"], Prefix=f"images/{name}/", MaxKeys=1
    )
    assert first["Versions"]
    assert len(people.items(name)) == 10
    assert people.account(name)
    assert made(people.sandbox, "DeleteObjects") == 0
    assert made(people.sandbox, "BatchWriteItem") == 0

    assert purged(people.sandbox, name)["result"]["outcome"] == "erased"
    assert people.left(name) == NOTHING


def test_without_a_confirmed_name_it_only_looks(people: People) -> None:
    people.make("looked-at", objects=3, items=2)
    shown = people.sandbox.opsctl("user", "purge", "looked-at", "-e", "local")
    assert shown.returncode == 0, shown.stderr
    assert "Dry run: nothing was changed." in shown.stdout
    assert "--confirm user-" in shown.stdout
    assert people.sandbox.opsctl("user", "purge", "looked-at", "-e", "local", "-y").returncode == 15
    assert purge(people.sandbox, "looked-at", "--max-items", "4").returncode == 13
    inventory = people.sandbox.opsctl("user", "show", "looked-at", "-e", "local", "-o", "json")
    assert inventory.returncode == 0, inventory.stderr
    assert not tells(inventory.stdout, "looked-at")
    assert people.left("looked-at") == (3, 0, 2, True)
    people.remove("looked-at")


def test_nobody_is_not_found_and_what_can_be_no_name_is_refused(sandbox: RunningSandbox) -> None:
    for name, code in (("nobody-here", 12), ("a/b", 2), ("", 2), ("..", 2), ("аlice", 2)):
        it = purge(sandbox, name)
        assert it.returncode == code, (name, it.stderr)
