"""What services ask for beside the action of an operation's own name."""

from __future__ import annotations

from opsctl.aws.permissions.service_grants import SPECIAL


def test_a_restore_needs_every_right_to_write_on_the_new_table() -> None:
    for name in ("RestoreTableFromBackup", "RestoreTableToPointInTime"):
        found = SPECIAL[f"dynamodb:{name}", ""]
        on_new = {it.action for it in found if it.place == "restored"}
        assert {f"dynamodb:{name}", "dynamodb:PutItem", "dynamodb:BatchWriteItem"} <= on_new


def test_roles_are_only_passed_to_the_service_that_takes_them() -> None:
    passed = [it for found in SPECIAL.values() for it in found if it.action == "iam:PassRole"]
    assert sorted(it.condition for it in passed) == [
        "passed to backup",
        "passed to batchoperations.s3",
        "passed to ecs-tasks",
    ]


def test_a_mute_rule_is_asked_for_on_the_alarms_too() -> None:
    found = SPECIAL["cloudwatch:PutAlarmMuteRule", ""]
    assert {it.place for it in found} == {"alarms", "mute rules"}
