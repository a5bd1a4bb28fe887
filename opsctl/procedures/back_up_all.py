"""Back up everything: the table, then the bucket, as one plan."""

from __future__ import annotations

from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.plan import Danger, Plan
from opsctl.procedure import Procedure
from opsctl.procedures import back_up_bucket, back_up_table


@dataclass(frozen=True)
class Request:
    """What each of them is asked."""

    table: back_up_table.Request
    bucket: back_up_bucket.Request


@dataclass(frozen=True)
class Facts:
    """What each of them found."""

    table: back_up_table.Facts
    bucket: back_up_bucket.Facts


def gather(request: Request, aws: Aws) -> Facts:
    """Reads for both."""
    table, bucket = aws.at_once(
        lambda: back_up_table.gather(request.table, aws),
        lambda: back_up_bucket.gather(request.bucket, aws),
    )
    return Facts(table, bucket)


def plan(request: Request, facts: Facts) -> Plan:
    """The steps of the table, which AWS carries out by itself, then those of the bucket."""
    table = back_up_table.plan(request.table, facts.table)
    bucket = back_up_bucket.plan(request.bucket, facts.bucket)
    both = (table, bucket)
    steps = tuple(step for it in both for step in it.steps)
    acting = [it for it in both if it.steps or it.refusals] or both
    alone = ("The table alone: opsctl backup create dynamodb",) if bucket.refusals else ()
    quiet = tuple(it.summary for it in both if not it.steps and not it.refusals)
    return Plan(
        summary="; ".join(it.summary for it in acting),
        steps=steps,
        danger=max((it.danger for it in both), key=list(Danger).index),
        notes=(*alone, *(quiet if steps else ()), *table.notes, *bucket.notes),
        differences=(*table.differences, *bucket.differences),
        refusals=(*table.refusals, *bucket.refusals),
        checks=(*table.checks, *bucket.checks),
        next_commands=tuple(dict.fromkeys((*table.next_commands, *bucket.next_commands))),
        result={"dynamodb": dict(table.result), "s3": dict(bucket.result)},
    )


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "backup create all", "Back up the bucket", gather, plan
)
