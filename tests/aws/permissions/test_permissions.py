"""Rows are found by the words of a command, and opsctl's own records come with them."""

from __future__ import annotations

import dataclasses

import pytest

from opsctl.aws import permissions
from opsctl.aws.permissions.needs import UNDO
from opsctl.errors import BadConfig, UsageProblem
from opsctl.targets import Target


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (["status"], ["status"]),
        (["scale count"], ["scale count"]),
        (["scale", "count"], ["scale count"]),
        (["scale count", "rollback"], ["scale count", "rollback"]),
        (["deploy --build", "deploy"], ["deploy --build", "deploy"]),
        (["security"], [it for it in permissions.table() if it.startswith("security ")]),
        (["backup", "restore"], ["backup restore s3", "backup restore dynamodb"]),
        (["status", "status"], ["status"]),
    ],
)
def test_words_name_rows(target: Target, words: list[str], rows: list[str]) -> None:
    assert sorted(permissions.chosen(words, target)) == sorted(rows)


def test_a_key_of_the_secret_is_rotated_like_the_others(target: Target) -> None:
    custom = dataclasses.replace(target, secret_keys=("hf=hf_api_key", "openai=openai_key"))
    assert permissions.chosen(["secrets rotate openai"], custom) == ("secrets rotate hf",)
    with pytest.raises(UsageProblem, match="no command called secrets rotate gpt"):
        permissions.chosen(["secrets rotate gpt"], custom)


@pytest.mark.parametrize("words", ["deplyo", "", "--all", "scale counts", "deploy --biuld", "*"])
def test_what_names_nothing_is_refused(target: Target, words: str) -> None:
    with pytest.raises(UsageProblem, match="no command called"):
        permissions.chosen([words], target)


def test_every_one_is_every_row(target: Target) -> None:
    assert set(permissions.chosen([], target, every=True)) == set(permissions.table())
    assert "scale" in permissions.names()
    assert "scale count" in permissions.names()


def test_a_session_with_two_ways_is_two_rows() -> None:
    assert permissions.of_session("deploy --terraform --silence") == (
        "deploy --terraform",
        "deploy --silence",
    )
    assert permissions.of_session("history --verify") == ("history --verify",)
    assert permissions.of_session("backup create s3 --engine s3-batch") == (
        "backup create s3 --engine s3-batch",
    )


def test_the_undo_may_whatever_any_undo_needs_and_no_erasure() -> None:
    found = {it.name for it in permissions.needs("undo")}
    back = {n.name for row in permissions.table().values() for n in row.needs if n.serves == UNDO}
    assert back <= found
    # What compares before it changes reads what the command itself reads.
    assert "application-autoscaling:DescribeScalingPolicies" in found
    assert "cognito-idp:AdminDeleteUser" not in found


def test_records_in_a_bucket_are_read_by_a_report_and_written_by_a_change(target: Target) -> None:
    team = dataclasses.replace(target, state="s3://ops/opsctl")
    report = permissions.policy_of(["history"], team).actions
    assert report == {"s3:GetObject", "s3:ListBucket"}
    change = permissions.policy_of(["restart"], team).actions
    assert {"s3:PutObject", "s3:DeleteObject"} <= change
    assert permissions.policy_of(["config show"], team).actions == frozenset()
    assert permissions.policy_of(["history"], target).actions == frozenset()


def test_what_is_wider_than_need_be_is_said(target: Target) -> None:
    made = permissions.policy_of(["deploy", "user show"], target)
    said = list(permissions.notes(made, target))
    assert [it for it in said if it.startswith("iam:PassRole is allowed on every role")]
    assert [it for it in said if it.startswith("cognito-idp:ListUsers is allowed on every user")]
    assert not list(permissions.notes(permissions.policy_of(["restart"], target), target))


def test_whoever_changes_something_may_tell_the_channels_and_nobody_else(target: Target) -> None:
    topic = "arn:aws:sns:eu-west-1:210987654321:changes"
    told = dataclasses.replace(target, notify=("slack", "slack:webhook", f"sns:{topic}"))
    made = permissions.policy_of(["restart"], told)
    (publish,) = [it for it in made.document["Statement"] if "sns:Publish" in it["Action"]]
    assert publish["Resource"] == [topic]
    assert "webhook-??????" in str(made.document)
    assert "sns:Publish" not in permissions.policy_of(["status"], told).actions
    assert "sns:Publish" not in permissions.policy_of(["restart"], target).actions
    assert "sns:GetTopicAttributes" in permissions.policy_of(["doctor"], told).actions
    assert "sns:Publish" not in permissions.policy_of(["restart"], told, reads_only=True).actions


def test_no_policy_is_made_of_a_name_with_a_wildcard(target: Target) -> None:
    with pytest.raises(BadConfig, match="bucket"):
        permissions.policy_of(("status",), dataclasses.replace(target, bucket="*"))
