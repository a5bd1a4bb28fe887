"""What a row says of itself."""

from __future__ import annotations

from opsctl.aws.permissions.needs import (
    CHECK,
    NOTHING,
    OWN_KEY,
    READS,
    UNDO,
    WORK,
    WRITES,
    Need,
    Row,
    check,
    own_key,
    undo,
    work,
)


def test_each_word_is_an_operation() -> None:
    assert work("ecs", "ListTasks DescribeTasks") == (
        Need("ecs", "ListTasks"),
        Need("ecs", "DescribeTasks"),
    )
    assert Need("elbv2", "DescribeTargetHealth").name == "elbv2:DescribeTargetHealth"


def test_what_it_serves_is_told() -> None:
    made = (*work("a", "B"), *check("a", "B"), *undo("a", "B"), *own_key("s3", "Decrypt"))
    assert [it.serves for it in made] == [WORK, CHECK, UNDO, OWN_KEY]
    assert made[-1].unseen


def test_whatever_changes_something_writes_it_down() -> None:
    assert Row(work("ecs", "UpdateService")).keeps == WRITES
    assert Row(work("ecs", "DescribeServices")).keeps == READS
    assert Row(records=WRITES).keeps == WRITES
    assert NOTHING.keeps == ""
