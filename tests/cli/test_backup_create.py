"""`opsctl backup create` and `prune s3`: which procedure, with which names."""

from __future__ import annotations

import re

from asked import Asked

from opsctl.plan import Danger
from opsctl.procedures import (
    back_up_all,
    back_up_bucket,
    back_up_by_batch,
    back_up_by_vault,
    prune_copies,
)
from opsctl.procedures.retention import Keep

STAMP = r"\d{8}T\d{6}Z"


def test_the_bucket_gets_a_name_of_the_time(asked: Asked) -> None:
    assert asked("backup", "create", "s3", "-e", "local") == 0
    name, request, danger = asked.last
    assert (name, danger) == (back_up_bucket.PROCEDURE.name, Danger.MILD)
    assert request.env == "local"
    assert re.fullmatch(f"s3-{STAMP}", request.name)


def test_a_name_that_was_given_is_kept(asked: Asked) -> None:
    assert asked("backup", "create", "s3", "--name", "before-launch", "-e", "local") == 0
    assert asked.last[1] == back_up_bucket.Request("local", "before-launch")


def test_the_table_is_that_of_the_target(asked: Asked) -> None:
    assert asked("backup", "create", "dynamodb", "-e", "local") == 0
    request = asked.last[1]
    assert request.table == "image_captions"
    assert re.fullmatch(f"opsctl-{STAMP}", request.name)


def test_all_is_both_in_one_plan_and_is_what_is_meant_by_nothing(asked: Asked) -> None:
    assert asked("backup", "create", "-e", "local") == 0
    assert asked.last[0] == back_up_all.PROCEDURE.name
    request = asked.last[1]
    assert request.table.name.startswith("opsctl-")
    assert request.bucket.name.startswith("s3-")


def test_an_engine_chooses_the_procedure(asked: Asked) -> None:
    assert asked("backup", "create", "s3", "--engine", "s3-batch", "-e", "local") == 0
    assert isinstance(asked.last[1], back_up_by_batch.Request)
    assert asked("backup", "create", "all", "--engine", "aws-backup", "-e", "local") == 0
    assert isinstance(asked.last[1], back_up_by_vault.Request)
    assert asked.last[1].kinds == ("s3", "dynamodb")
    assert asked("backup", "create", "s3", "--engine", "aws-backup", "-e", "local") == 0
    assert asked.last[1].kinds == ("s3",)


def test_pruning_is_severe_and_says_what_is_kept(asked: Asked) -> None:
    assert asked("backup", "prune", "s3", "--keep", "7", "-e", "local") == 0
    request = prune_copies.Request("local", Keep(newest=7))
    assert asked.last == (prune_copies.PROCEDURE.name, request, Danger.SEVERE)
