"""Journeys of the bucket: backed up, spoilt, brought back; and who was erased stays erased."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from running import RunningSandbox, until, whole_second

pytestmark = pytest.mark.journey

PREFIX = "images/journey-ana/"
OTHER = "images/journey-bob/"


class Pictures:
    """The bucket and its copies through plain AWS calls."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        names = sandbox.found["names"]
        self.sandbox = sandbox
        self.bucket, self.backup = names["bucket"], names["backup_bucket"]
        self.s3 = sandbox.client("s3")

    def put(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def bodies(self, prefix: str = PREFIX) -> dict[str, bytes]:
        found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix).get("Contents", ())
        return {it["Key"]: self._body(it["Key"]) for it in found}

    def _body(self, key: str) -> bytes:
        return bytes(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def versions(self, bucket: str, prefix: str) -> list[dict[str, Any]]:
        pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
        kinds = ("Versions", "DeleteMarkers")
        return [it for page in pages for kind in kinds for it in page.get(kind, ())]

    def erase(self, bucket: str, prefix: str) -> None:
        found = [
            {"Key": it["Key"], "VersionId": it["VersionId"]} for it in self.versions(bucket, prefix)
        ]
        for first in range(0, len(found), 1000):
            some = {"Objects": found[first : first + 1000], "Quiet": True}
            self.s3.delete_objects(Bucket=bucket, Delete=some)

    def moment(self) -> str:
        """This second; what is written next is of a later one."""
        return datetime.fromtimestamp(whole_second(), UTC).isoformat()

    def opsctl(self, *words: str, code: int = 0) -> Any:
        """One command to its end; answers its JSON document."""
        done = self.sandbox.opsctl("backup", *words, "-e", "local", "-o", "json")
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def pictures(steady: RunningSandbox) -> Iterator[Pictures]:
    """Two users' pictures, gone afterwards with their copies, and no backup."""
    made = Pictures(steady)
    home = Path(steady.environ["XDG_STATE_HOME"]) / "opsctl"
    kept = {name: home / name for name in ("erasures", "cases")}
    before = [name for name, place in kept.items() if place.exists()]
    for number in range(3):
        made.put(f"{PREFIX}{number}/original.jpg", f"good {number}".encode())
        made.put(f"{OTHER}{number}/original.jpg", f"fine {number}".encode())
    yield made
    steady.ask("DELETE", "faults")
    for prefix in (PREFIX, OTHER):
        made.erase(made.bucket, prefix)
    made.erase(made.backup, "")
    for name in kept.keys() - set(before):
        shutil.rmtree(kept[name], ignore_errors=True)


def test_what_was_spoilt_is_brought_back_byte_by_byte_by_versions_and_from_a_copy(
    pictures: Pictures,
) -> None:
    good = pictures.bodies()
    first = pictures.opsctl("create", "s3", "--yes")["result"]["backup"]
    at = pictures.moment()
    pictures.put(f"{PREFIX}0/original.jpg", b"")
    pictures.s3.delete_object(Bucket=pictures.bucket, Key=f"{PREFIX}1/original.jpg")
    spoilt = pictures.bodies()

    words = ("restore", "s3", "--at", at, "--prefix", PREFIX)
    planned = pictures.opsctl(*words, "--dry-run")
    assert (planned["result"]["overwritten"], planned["result"]["deleted"]) == (1, 1)
    assert pictures.bodies() == spoilt
    pictures.opsctl(*words, "--yes", code=15)
    done = pictures.opsctl(*words, "--confirm", pictures.bucket)
    assert pictures.bodies() == good
    assert pictures.opsctl(*words, "--confirm", pictures.bucket)["status"] == "nothing_to_do"

    run = done["run"]
    undone = pictures.sandbox.opsctl("undo", run, "-e", "local", "--confirm", run)
    assert undone.returncode == 0, undone.stderr
    assert pictures.bodies() == spoilt

    # A backup of what is spoilt leaves the good copies where the first one names them.
    warned = pictures.opsctl("create", "s3", "--yes")["plan"]["notes"]
    assert any("1 objects have become empty" in note for note in warned)
    pictures.erase(pictures.bucket, PREFIX)
    pictures.opsctl("restore", "s3", first, "--prefix", PREFIX, "--confirm", pictures.bucket)
    assert pictures.bodies() == good
    listed = pictures.sandbox.opsctl("backup", "list", "-e", "local")
    assert first in listed.stdout


def test_who_was_erased_does_not_come_back(pictures: Pictures) -> None:
    bob = pictures.bodies(OTHER)
    backup = pictures.opsctl("create", "s3", "--yes")["result"]["backup"]
    at = pictures.moment()
    purged = pictures.sandbox.opsctl(
        "user", "purge", "journey-ana", "-e", "local", "--confirm", "journey-ana"
    )
    assert pictures.bodies() == {}, purged.stderr
    pictures.s3.delete_object(Bucket=pictures.bucket, Key=f"{OTHER}0/original.jpg")
    # Somebody copied them aside and put them back where the versions would be found.
    pictures.put(f"{PREFIX}0/original.jpg", b"from a disk")
    pictures.s3.delete_object(Bucket=pictures.bucket, Key=f"{PREFIX}0/original.jpg")
    for words, left_out in ((("--at", at), 0), ((backup,), 3)):
        done = pictures.opsctl("restore", "s3", *words, "--confirm", pictures.bucket)
        assert done["result"]["erased_left_out"] == left_out
        assert pictures.bodies() == {}
        assert pictures.bodies(OTHER) == bob
    (row,) = [
        it for it in pictures.opsctl("list")["result"]["bucket"]["backups"] if it["name"] == backup
    ]
    assert row["erased"] == 1


def test_a_backup_that_was_interrupted_goes_on_where_it_was(pictures: Pictures) -> None:
    for number in range(120):
        pictures.put(f"{PREFIX}many/{number:03}", b"12345")
    pictures.sandbox.ask(
        "POST", "faults", {"service": "s3", "operation": "CopyObject", "latency": 0.3}
    )
    command = [sys.executable, "-m", "opsctl", "backup", "create", "s3", "-e", "local", "--yes"]
    process = subprocess.Popen(
        command,
        env=dict(pictures.sandbox.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: len(pictures.versions(pictures.backup, "images/")) >= 10)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 22, said
    there = len(pictures.versions(pictures.backup, "images/"))
    assert there < 100
    # It waited for the copies under way: nothing comes after its end.
    pictures.sandbox.wait_until_answered()
    assert len(pictures.versions(pictures.backup, "images/")) == there
    pictures.sandbox.ask("DELETE", "faults")
    result = pictures.opsctl("create", "s3", "--yes")["result"]
    assert result["kept"] == there
    assert result["copied"] == result["objects"] - there
