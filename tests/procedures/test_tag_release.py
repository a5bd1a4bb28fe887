"""Release by a tag: facts in, plan out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from samples import BEGAN, deployment, live, service

from opsctl.aws import Aws
from opsctl.aws.git import Checkout, Tag
from opsctl.aws.github import Checks
from opsctl.errors import UsageProblem
from opsctl.plan import Danger, Do, Plan, Wait, undo_steps
from opsctl.procedures import tag_release
from opsctl.procedures.tag_release import Facts, Request

COMMIT, OTHER = "a" * 40, "b" * 40
REQUEST = Request("prod", "v1.2.3", "/src")
CHECKOUT = Checkout("/src", COMMIT, (), "origin", True)


def planned(**changes: object) -> Plan:
    facts = Facts(CHECKOUT, Tag("", ""), Checks("passed", "tests"), live())
    return tag_release.plan(REQUEST, replace(facts, **changes))  # type: ignore[arg-type]


def test_a_tag_is_made_pushed_and_its_deployment_followed_from_the_last_one_on() -> None:
    plan = planned()
    make, push, wait = plan.steps
    assert isinstance(make, Do)
    assert isinstance(push, Do)
    assert isinstance(wait, Wait)
    assert make.call.arguments["commit"] == COMMIT
    assert push.call.arguments["remote"] == "origin"
    assert wait.check.arguments["after"] == deployment().created.isoformat()
    assert wait.pick_up == "opsctl deploy --tag-release v1.2.3 --env prod"
    assert wait.unlocked
    assert plan.danger is Danger.MODERATE


def test_its_undo_deletes_the_tag_there_and_here_and_says_what_goes_on() -> None:
    there, here = undo_steps(planned().steps)
    assert isinstance(there, Do)
    assert isinstance(here, Do)
    assert (there.call.method, here.call.method) == ("drop_pushed_tag", "drop_tag")
    assert "goes on" in there.title


def test_a_tag_that_is_only_here_is_pushed() -> None:
    assert [it.title for it in planned(tag=Tag(COMMIT, "")).steps] == [
        "Push v1.2.3 to origin",
        "Follow the deployment that the pipeline makes",
    ]


def test_a_tag_that_was_pushed_is_only_followed_from_when_it_was_made() -> None:
    made = BEGAN + timedelta(hours=9)
    plan = planned(tag=Tag(COMMIT, COMMIT, made), checkout=replace(CHECKOUT, changes=("M x",)))
    (wait,) = plan.steps
    assert isinstance(wait, Wait)
    assert wait.check.arguments["after"] == made.isoformat()
    assert not plan.changes
    assert not plan.refusals


def test_a_release_that_is_over_is_nothing_to_do() -> None:
    plan = planned(tag=Tag(COMMIT, COMMIT, BEGAN))
    assert plan.steps == ()
    assert "was pushed before" in plan.summary
    assert planned(tag=Tag(COMMIT, COMMIT)).steps == ()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"checkout": replace(CHECKOUT, changes=(" M a", "?? b", "?? c", "?? d"))}, "and 1 more"),
        ({"checkout": replace(CHECKOUT, pushed=False)}, "No branch of origin"),
        ({"tag": Tag(OTHER, "")}, "here it means"),
        ({"tag": Tag("", OTHER)}, "on origin it means"),
        ({"checks": Checks("failed", "tests")}, "CI failed"),
        ({"checks": Checks("running", "tests")}, "not done"),
        ({"live": live(latest=deployment(4, "IN_PROGRESS"))}, "under way"),
        ({"live": live(service=service(desired=0))}, "scaled to 0"),
        ({"live": live(service=service(controller="CODE_DEPLOY"))}, "CODE_DEPLOY"),
    ],
)
def test_each_reason_not_to_is_a_refusal(changes: dict[str, object], told: str) -> None:
    (refusal,) = planned(**changes).refusals
    assert told in refusal.reason
    assert refusal.hint


@pytest.mark.parametrize(
    ("checks", "told"),
    [
        (Checks("passed", "tests"), "The CI passed on this commit: tests."),
        (Checks("none"), "The CI did not look at this commit."),
        (Checks("unknown", "no gh"), "Whether the CI passed was not checked: no gh."),
    ],
)
def test_what_the_ci_says_is_told(checks: Checks, told: str) -> None:
    assert told in planned(checks=checks).notes


def test_a_higher_version_that_is_there_is_told() -> None:
    notes = planned(tag=Tag("", "", None, ("v1.2.2", "v1.20.3"))).notes
    assert "v1.20.3 is there already, and is higher: is v1.2.3 meant?" in notes
    assert not any("higher" in it for it in planned(tag=Tag("", "", None, ("v1.2.2",))).notes)


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "1.2.3",
        "v1.2",
        "v01.2.3",
        "v1.2.3+5",
        "v1.2.3-",
        "v1.2.3-01",
        "v1.2.3\n",
        "--all",
        "v١.٢.٣",
    ],
)
def test_what_is_no_version_is_a_usage_error_before_anything(tag: str, local: Aws) -> None:
    with pytest.raises(UsageProblem, match="no version like"):
        tag_release.gather(Request("local", tag, "/nowhere"), local)


def test_a_service_without_a_history_is_followed_from_anything_new() -> None:
    wait = planned(live=live(latest=None)).steps[-1]
    assert isinstance(wait, Wait)
    assert wait.check.arguments["after"] == ""
