"""The rules of the checklist: what was seen in, an item out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import status_samples
from checklist_samples import CHECKOUT, CODE, COMMIT, IMAGE, NOW, PLANNED, item, said, seen
from samples import REGISTRY, digest, target

from opsctl.aws.ecr import Scan
from opsctl.aws.github import Checks, Review
from opsctl.aws.terraform_plans import Change, Planned
from opsctl.journal.checklists import NO, NOT_APPLICABLE
from opsctl.journal.incidents import Incident
from opsctl.lock import LockRecord
from opsctl.procedures.preflight import Finding
from opsctl.reports.checklist import Unknown
from opsctl.reports.checklist_rules import ASKABLE, RULES, items
from opsctl.state.processes import Process
from opsctl.targets.freezes import Freeze

DENIED = Unknown("AccessDenied: you may not look")


def code(**over: Any) -> Any:
    """The code with another checkout, other checks or another review."""
    return replace(CODE, **over)


def test_where_everything_is_well_only_the_team_is_left_to_ask() -> None:
    found = items(seen(), {})
    assert [it.key for it in found if not it.holds] == ["notified"]
    assert {it.key for it in found} >= set(ASKABLE)
    assert len(found) == len(RULES)
    assert all(it.evidence for it in found if it.key != "notified")


def test_what_was_answered_holds_by_the_word_of_who_said_it() -> None:
    it = item("notified", said("notified", note="#ops"))
    assert it.holds
    assert it.told == "ana@desk said yes at 11:00 UTC: #ops"


@pytest.mark.parametrize(
    ("checks", "state"),
    [
        (Checks("passed", "test"), "ok"),
        (Checks("failed", "test"), "not_ok"),
        (Checks("running", "test"), "not_ok"),
        (Checks("none"), "not_answered"),
        (Checks("unknown", "there is no program `gh` on the PATH"), "not_answered"),
    ],
)
def test_the_ci_is_believed_and_asked_about_where_it_says_nothing(
    checks: Checks, state: str
) -> None:
    it = item("tests", code=code(checks=checks))
    assert it.state == state
    assert (COMMIT[:12] in it.evidence) != (checks.state == "unknown")
    assert bool(it.fix) == (state == "not_ok")


def test_no_word_outvotes_what_was_seen() -> None:
    failed = code(checks=Checks("failed", "test"))
    assert item("tests", said("tests"), code=failed).state == "not_ok"
    assert item("health", said("health"), status=DENIED).state == "unknown"


def test_a_commit_that_was_not_pushed_was_seen_by_no_ci() -> None:
    it = item("tests", code=code(at=replace(CHECKOUT, pushed=False), checks=Checks("none")))
    assert it.state == "not_ok"
    assert it.fix == "git push origin HEAD"


def test_changes_that_no_commit_holds_count_for_what_is_checked_out_only() -> None:
    changed = code(at=replace(CHECKOUT, changes=("M app.py",)))
    assert item("tests", code=changed, tag="", release=None).state == "not_ok"
    assert item("tests", code=changed).state == "ok"


@pytest.mark.parametrize(
    ("review", "state"),
    [
        (Review("approved", "#12, approved by kim"), "ok"),
        (Review("rejected", "#12", 12), "not_ok"),
        (Review("unapproved", "#12", 12), "not_ok"),
        (Review("open", "#12", 12), "not_ok"),
        (Review("none"), "not_answered"),
        (Review("unknown", "gh auth login"), "not_answered"),
    ],
)
def test_a_review_is_believed_and_asked_about_where_there_is_none(
    review: Review, state: str
) -> None:
    it = item("review", code=code(review=review))
    assert it.state == state
    assert it.fix == ("gh pr view 12 --web" if state == "not_ok" else "")


def test_without_a_checkout_or_a_tag_of_that_name_people_are_asked() -> None:
    for key in ("tests", "review"):
        without = item(key, code=Unknown("/tmp is in no Git working tree"))
        assert (without.state, without.evidence) == (
            "not_answered",
            "/tmp is in no Git working tree",
        )
        nameless_code = code(at=replace(CHECKOUT, commit=""))
        nameless = item(key, code=nameless_code)
        assert nameless.state == "not_answered"
        assert "no tag v1.3.0" in nameless.evidence
        digested = replace(IMAGE, tag="")
        it = item(key, code=nameless_code, release=digested, tag=digest("d"))
        assert "no tag" not in it.evidence


def test_a_plan_that_changes_something_is_asked_about_with_its_changes() -> None:
    it = item("terraform", planned=PLANNED)
    assert it.state == "not_answered"
    assert "1 to change" in it.evidence
    assert it.lines == ("change aws_ecs_service.app (task_definition)",)


def test_a_review_of_one_plan_does_not_count_for_another() -> None:
    reviewed = said("terraform", about=item("terraform", planned=PLANNED).about)
    assert item("terraform", reviewed, planned=PLANNED).state == "ok"
    other = replace(PLANNED, changes=(Change("aws_s3_bucket.b", "aws_s3_bucket", "destroy"),))
    assert item("terraform", reviewed, planned=other).state == "not_answered"
    assert any("LOST" in line for line in item("terraform", planned=other).lines)


def test_without_terraform_or_changes_there_is_nothing_to_review() -> None:
    assert item("terraform").state == "not_applicable"
    assert item("terraform", planned=Planned("abc", ())).state == "ok"
    blind = item("terraform", planned=Unknown("no program terraform"))
    assert (blind.state, blind.question != "") == ("not_answered", True)


def test_no_and_not_applicable_are_told_apart() -> None:
    assert item("notified", said("notified", NO)).state == "not_ok"
    it = item("notified", said("notified", NOT_APPLICABLE, "game day"))
    assert (it.state, it.holds) == ("not_applicable", True)


def test_a_service_that_is_not_well_or_not_seen_does_not_hold() -> None:
    assert item("health").state == "ok"
    ill = status_samples.found(verdict="unhealthy", problems=("no task is running",))
    assert "no task is running" in item("health", status=ill).evidence
    moving = status_samples.found(verdict="deploying")
    assert "under way" in item("health", status=moving).evidence
    blind = status_samples.found(unknown=("targets: AccessDenied",))
    assert item("health", status=blind).state == "unknown"
    half = status_samples.found(unknown=("mute rules: AccessDenied",))
    assert item("health", status=half).state == "ok"


def test_an_open_incident_and_a_held_lock_do_not_hold() -> None:
    burning = Incident("20261124-1", "prod", "it burns", "sev1", NOW, NOW, "ana")
    assert "it burns" in item("incident", incident=burning).evidence
    held = LockRecord(
        "prod", "1", "freeze", "t", "lee@desk", "", "lock take", "end of year", NOW, None,
        Process("desk", 1, ""),
    )  # fmt: skip
    it = item("lock", lock=held)
    assert it.state == "not_ok"
    assert "freeze by lee@desk" in it.evidence
    assert "end of year" in it.evidence
    for key in ("incident", "lock"):
        assert item(key, **{key: DENIED}).state == "unknown"


def test_an_image_that_is_not_there_or_has_critical_findings_does_not_hold() -> None:
    missing = replace(IMAGE, wanted="", finding=Finding("image", "wrong", "ECR has no such image"))
    assert item("image", release=missing).state == "not_ok"
    high = item("image", release=replace(IMAGE, scan=Scan((("HIGH", 2),))))
    assert high.state == "ok"
    assert "2 HIGH" in high.evidence
    critical = item("image", release=replace(IMAGE, scan=Scan((("CRITICAL", 1), ("HIGH", 2)))))
    assert critical.state == "not_ok"
    assert f"imageDigest={digest('d')}" in critical.fix
    assert f"--repository-name {REGISTRY.rpartition('/')[2]} " in critical.fix
    assert "could not be read" in item("image", release=replace(IMAGE, scan=DENIED)).evidence
    assert item("image", release=DENIED).state == "unknown"
    assert item("image", release=None, tag="").state == "not_applicable"


def test_what_a_task_needs_is_all_there_or_told_apart() -> None:
    wrong = Finding("secret A", "wrong", "no such key")
    blind = Finding("task role", "unknown", "AccessDenied")
    assert item("needs", needs=(wrong, blind)).state == "not_ok"
    assert item("needs", needs=(blind,)).state == "unknown"
    assert item("needs", needs=DENIED).state == "unknown"
    assert "secret HF_API_KEY" in item("needs").evidence


def test_every_command_that_mends_names_the_environment_of_opsctl() -> None:
    ill = seen(
        target=target(env="stage", backup_bucket=""),
        status=DENIED, incident=DENIED, lock=DENIED, release=DENIED, needs=DENIED,
    )  # fmt: skip
    fixes = [it.fix for it in items(ill, {}) if it.fix.startswith("opsctl")]
    assert len(fixes) == 5
    assert all(it.endswith("--env stage") for it in fixes)


def test_a_team_that_opsctl_tells_by_itself_is_not_asked_about() -> None:
    it = item("notified", target=target(notify=("slack",)))
    assert it.state == "ok"
    assert it.evidence == "opsctl tells it before and after: Slack ($OPSCTL_SLACK_WEBHOOK)"


@pytest.mark.parametrize(
    ("over", "state", "evidence"),
    [
        ({}, "ok", "prod keeps no maintenance windows and no freezes"),
        ({"windows": ("Tuesdays 11:00-13:00 UTC",)}, "ok", "until 2026-11-24 13:00 UTC"),
        ({"windows": ("Sundays 02:00-04:00 UTC",)}, "not_ok", "closed until 2026-11-29 02:00 UTC"),
        (
            {"freezes": (Freeze(NOW, NOW + timedelta(hours=6), "a fair"),)},
            "not_ok",
            "frozen until 2026-11-24 18:00 UTC: a fair",
        ),
    ],
)
def test_whether_now_is_a_time_for_changes_is_an_item(
    over: dict[str, Any], state: str, evidence: str
) -> None:
    it = item("window", target=target(protected=True, **over))
    assert it.state == state
    assert evidence in it.evidence
    assert bool(it.fix) == (state != "ok")
