"""One store of an erasure: counted, its progress told, its failure judged."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from opsctl import errors
from opsctl.aws.erasure_work import UNITS, Work
from opsctl.plan import Progress, Report
from opsctl.targets.data_map import BucketData, Data, TableData

if TYPE_CHECKING:
    from opsctl.aws import Aws


def count(aws: Aws, work: Work, store: int) -> dict[str, int]:
    """What a store holds of the person now, by unit. Raises what the look raises."""
    data: Data = work.data[store]
    if isinstance(data, BucketData):
        _bucket, prefix = work.bucket(store)
        found = asdict(aws.object_versions.inventory(data.bucket, prefix, data.region))
        return {unit: found[unit] for unit in (*UNITS[:-1], "bytes")}
    table, key = work.table(store)
    return asdict(aws.items.inventory(table.table, key, table.index, table.region))


def method_of(data: Data) -> str:
    """How a store is emptied, as the certificate says it."""
    if isinstance(data, BucketData):
        return "each version, marker and unfinished upload deleted by its id"
    index = data.index if isinstance(data, TableData) else ""
    found = f" that the index {index} found, which holds only items with its key," if index else ""
    return f"each item{found} deleted by the table's own keys"


def bar(report: Report | None, expected: int) -> Report | None:
    """The engines say how many of each kind they erased; of how many, only the inventory knows."""
    if report is None:
        return None

    def counted(progress: Progress) -> None:
        done = sum(int(it.replace(",", "")) for it in re.findall(r"\d[\d,]*", progress.summary))
        report(replace(progress, counted=(done, max(expected, done))))

    return counted


def codes(failed: dict[str, int]) -> str:
    return "not deleted: " + ", ".join(f"{number} × {code}" for code, number in failed.items())


def ends_everything(error: errors.OpsctlError) -> bool:
    """Credentials that are no good any more are none for the next store either."""
    code = str(getattr(error, "aws_code", ""))
    return isinstance(error, errors.NoAccess) and code not in (
        "AccessDenied",
        "AccessDeniedException",
    )
