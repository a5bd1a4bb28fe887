"""What a backup of a bucket costs beside `aws s3 sync`: CPU of whole processes.

Both copy the same objects to an empty bucket of the same sandbox, whose own time is not counted.
opsctl lists both buckets twice, verifies each copy, writes a manifest and looks again; `sync`
lists and copies.
"""

from __future__ import annotations

import statistics

import pytest
from measuring import OPSCTL, Run, aws, once, peer, table
from running import RunningSandbox

from opsctl.sandbox import shell_env

OBJECTS = 2_000
ROUNDS = 3
PREFIX = "images/bench/"


@pytest.mark.bench
def test_a_backup_beside_sync(sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]) -> None:
    names = sandbox.found["names"]
    fill = {"bucket": names["bucket"], "prefix": PREFIX, "objects": OBJECTS, "size": 1000}
    sandbox.ask("POST", "fill", fill)
    environ = {**sandbox.environ, **shell_env.variables(sandbox.environ)}
    ends = (f"s3://{names['bucket']}", f"s3://{names['backup_bucket']}")
    runs = {
        "aws s3 sync": Run(
            [*aws(sandbox.endpoint), "s3", "sync", *ends, "--only-show-errors"], environ
        ),
        "opsctl backup create s3": Run(
            [OPSCTL, "backup", "create", "s3", "-e", "local", "--yes"], sandbox.environ
        ),
    }
    found: dict[str, list[float]] = {name: [] for name in runs}
    walls: dict[str, list[float]] = {name: [] for name in runs}
    for one_round in range(ROUNDS + 1):
        for name, run in runs.items():
            _empty(sandbox, names["backup_bucket"])
            cost = once(run)
            assert _count(sandbox, names["backup_bucket"]) >= OBJECTS
            if one_round:
                found[name].append(cost.cpu)
                walls[name].append(cost.wall)
    _empty(sandbox, names["backup_bucket"])
    _empty(sandbox, names["bucket"], PREFIX)
    cpu = {name: statistics.median(some) for name, some in found.items()}
    wall = {name: statistics.median(some) for name, some in walls.items()}
    sync = cpu["aws s3 sync"]
    rows = [
        (name, f"{cpu[name]:.0f}", f"{cpu[name] / sync:.2f}", f"{wall[name]:.0f}") for name in runs
    ]
    title = f"{OBJECTS:,} objects from bucket to bucket; aws is {peer()}"
    with capsys.disabled():
        print(table(title, ("process", "CPU ms", "ratio (goal 0.60)", "wall ms"), rows))


def _empty(sandbox: RunningSandbox, bucket: str, prefix: str = "") -> None:
    s3 = sandbox.client("s3")
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        gone = [{"Key": it["Key"], "VersionId": it["VersionId"]} for it in found]
        if gone:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": gone, "Quiet": True})


def _count(sandbox: RunningSandbox, bucket: str) -> int:
    s3 = sandbox.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=PREFIX)
    return sum(page["KeyCount"] for page in pages)
