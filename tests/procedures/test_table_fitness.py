"""Whether a table is fit to be served."""

from __future__ import annotations

from dataclasses import replace

from table_samples import NEW, TABLE, backup, origin

from opsctl.aws.table_settings import Shape
from opsctl.procedures import table_fitness
from opsctl.procedures.table_fitness import Fitness

SHAPE = Shape({"PK": "HASH", "SK": "RANGE"}, {"GSI1": {"GSI1PK": "HASH"}})
FIT = Fitness(origin(), TABLE, SHAPE, SHAPE, "")


def reasons(found: Fitness) -> str:
    return " ".join(it.reason for it in table_fitness.refusals(found, "prod"))


def test_a_restored_table_like_the_old_one_is_fit() -> None:
    assert not reasons(FIT)
    assert not reasons(replace(FIT, former=None)), "the old one may be gone"


def test_more_indexes_than_before_do_no_harm() -> None:
    more = Shape(SHAPE.keys, {**SHAPE.indexes, "GSI2": {"GSI2PK": "HASH"}})
    assert not reasons(replace(FIT, shape=more))


def test_another_key_and_a_missing_index_are_refused() -> None:
    assert "has the key id" in reasons(replace(FIT, shape=Shape({"id": "HASH"}, SHAPE.indexes)))
    assert "no index GSI1" in reasons(replace(FIT, shape=Shape(SHAPE.keys, {})))


def test_a_table_that_is_not_ready_is_refused() -> None:
    assert "still being restored" in reasons(replace(FIT, origin=origin(restoring=True)))
    assert "UPDATING" in reasons(replace(FIT, origin=origin(status="UPDATING")))


def test_a_table_that_may_hold_the_erased_is_refused_with_the_command_that_helps() -> None:
    (refusal,) = table_fitness.refusals(replace(FIT, lacking="not replayed"), "prod")
    assert "may hold users who were erased" in refusal.reason
    assert f"opsctl backup restore dynamodb {backup().arn} --as {NEW} --env prod" in refusal.hint


def test_a_table_that_never_was_a_backup_cannot_be_replayed_on() -> None:
    plain = origin(backup="", source="", moment=None)
    (refusal,) = table_fitness.refusals(replace(FIT, origin=plain, lacking="unknown"), "prod")
    assert "It is no restored table" in refusal.hint


def test_a_role_that_may_use_only_the_old_table_is_refused() -> None:
    assert "dynamodb:PutItem" in reasons(replace(FIT, barred=("dynamodb:PutItem",)))
