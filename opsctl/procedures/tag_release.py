"""Release by a tag: an annotated Git tag is pushed, and the deployment of its pipeline followed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.ecs import short
from opsctl.aws.git import Checkout, Git, Tag
from opsctl.aws.github import Checks
from opsctl.aws.pipelines import Pipelines
from opsctl.errors import UsageProblem
from opsctl.plan import Danger, Do, Plan, Refusal, Step, Wait, call
from opsctl.procedure import Procedure
from opsctl.procedures import deploy, live, versions
from opsctl.procedures.live import Live

PIPELINE = 1800.0
"""Seconds that a pipeline may take before its deployment begins."""
MANY = 3


@dataclass(frozen=True)
class Request:
    """`tag` like v1.2.3, `folder` in the checkout; `timeout` is for the deployment alone."""

    env: str
    tag: str
    folder: str
    message: str = ""
    timeout: float = 1200.0


@dataclass(frozen=True)
class Facts:
    """What is checked out, what the tag means already, what the CI says, what runs."""

    checkout: Checkout
    tag: Tag
    checks: Checks
    live: Live


def gather(request: Request, aws: Aws) -> Facts:
    """Asks Git, its remote, GitHub where it can, and AWS.

    Raises UsageProblem for a tag that is no version, BadConfig where there is no checkout,
    Unreachable where the remote does not answer.
    """
    if versions.rank(request.tag) is None:
        raise UsageProblem(
            f"“{request.tag}” is no version like v1.2.3 or v1.2.3-rc.1.",
            hint="https://semver.org says how versions are counted; no +build here.",
        )
    checkout = aws.git.checkout(request.folder)
    tag, checks, now = aws.at_once(
        lambda: aws.git.tag(checkout.folder, checkout.remote, request.tag),
        lambda: aws.github.checks(checkout.folder, checkout.commit),
        lambda: live.gather(aws),
    )
    return Facts(checkout, tag, checks, now)


def plan(request: Request, facts: Facts) -> Plan:
    """Tag, push, follow; or only follow, where the tag was pushed before."""
    at, tag, now = facts.checkout, facts.tag, facts.live
    if tag.here == tag.there == at.commit:
        return _pushed(request, facts)
    return Plan(
        summary=f"Release {request.tag}: push the tag, and follow what the pipeline deploys",
        danger=Danger.MODERATE,
        steps=tuple(_steps(request, facts)),
        notes=(
            f"{request.tag} will mean commit {at.commit[:12]} of {at.folder}.",
            *_told(facts.checks),
            *_higher(request.tag, tag.others),
            "The lock is given back once the tag is pushed: the pipeline may deploy with opsctl.",
        ),
        refusals=(
            *live.refuse_controller(now.service),
            *live.refuse_in_flight(request.env, now),
            *deploy.refuse_empty(now),
            *_refuse(request, facts),
        ),
        checks=live.checks(now),
        next_commands=(f"opsctl verify --env {request.env}",),
        result={
            "tag": request.tag,
            "commit": at.commit,
            "replaces": now.service.task_definition,
        },
    )


def _pushed(request: Request, facts: Facts) -> Plan:
    """The tag is there and means this commit: a run that was cut off, or one that is over."""
    made, latest = facts.tag.made, facts.live.latest
    result = {"tag": request.tag, "commit": facts.checkout.commit}
    if made is None or (latest and latest.created > made and latest.succeeded):
        serves = short(facts.live.service.task_definition)
        note = f"What was deployed since: opsctl status --env {request.env}"
        summary = f"{request.tag} was pushed before; {serves} serves."
        return Plan(summary, notes=(note,), result={**result})
    return Plan(
        summary=f"{request.tag} was pushed before: follow what the pipeline deploys",
        steps=(_follow(request, facts.live, made.isoformat()),),
        checks=live.checks(facts.live),
        result={**result},
    )


def _steps(request: Request, facts: Facts) -> Iterator[Step]:
    at, name = facts.checkout, request.tag
    if not facts.tag.here:
        words = (request.message or f"Release {name}").strip()
        yield Do(
            f"Make the annotated tag {name}",
            call(Git.make_tag, at.folder, name, at.commit, words),
            undo=(Do(f"Delete tag {name} here", call(Git.drop_tag, at.folder, name, at.commit)),),
        )
    place = (at.folder, at.remote, name, at.commit)
    back = Do(
        f"Delete tag {name} on {at.remote}; a pipeline that has begun goes on (opsctl rollback)",
        call(Git.drop_pushed_tag, *place),
    )
    yield Do(f"Push {name} to {at.remote}", call(Git.push_tag, *place), undo=(back,))
    latest = facts.live.latest
    yield _follow(request, facts.live, latest.created.isoformat() if latest else "")


def _follow(request: Request, now: Live, after: str) -> Wait:
    return Wait(
        "Follow the deployment that the pipeline makes",
        call(Pipelines.release, now.service.cluster, now.service.name, after),
        timeout=PIPELINE + request.timeout,
        pick_up=f"opsctl deploy --tag-release {request.tag} --env {request.env}",
        abandon=f"opsctl rollback --env {request.env}",
        unlocked=True,
    )


def _refuse(request: Request, facts: Facts) -> Iterator[Refusal]:
    at, tag, checks = facts.checkout, facts.tag, facts.checks
    if at.changes:
        names = ", ".join(it[3:] for it in at.changes[:MANY])
        more = f" and {len(at.changes) - MANY} more" if len(at.changes) > MANY else ""
        yield Refusal(
            f"The working tree has changes that no commit holds: {names}{more}.",
            hint="Commit them, or put them aside: git stash --include-untracked",
        )
    if not at.pushed:
        yield Refusal(
            f"No branch of {at.remote} has commit {at.commit[:12]}.",
            hint=f"Push it, and let the CI look at it: git push {at.remote} HEAD",
        )
    for where, commit in (("here", tag.here), (f"on {at.remote}", tag.there)):
        if commit and commit != at.commit:
            yield Refusal(
                f"{request.tag} is taken: {where} it means commit {commit[:12]}, not "
                f"{at.commit[:12]}.",
                hint="Choose the next version: a tag that was seen is never moved.",
            )
    if checks.state == "failed":
        hint = f"gh run list --commit {at.commit[:12]}"
        yield Refusal(f"The CI failed on this commit: {checks.detail}.", hint)
    if checks.state == "running":
        hint = f"Wait for it: gh run list --commit {at.commit[:12]}"
        yield Refusal(f"The CI is not done with this commit: {checks.detail}.", hint)


def _told(checks: Checks) -> tuple[str, ...]:
    if checks.state == "passed":
        return (f"The CI passed on this commit: {checks.detail}.",)
    if checks.state == "none":
        return ("The CI did not look at this commit.",)
    return (f"Whether the CI passed was not checked: {checks.detail}.",)


def _higher(tag: str, others: tuple[str, ...]) -> tuple[str, ...]:
    highest = versions.above(tag, others)
    if not highest:
        return ()
    return (f"{highest} is there already, and is higher: is {tag} meant?",)


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "deploy --tag-release", "Release by a git tag", gather, plan
)
