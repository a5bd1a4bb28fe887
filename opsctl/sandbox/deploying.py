"""How a service deployment begins, is taken back and ends."""

from __future__ import annotations

import secrets
import string
from datetime import timedelta
from typing import Any

from opsctl.sandbox.rollout import Hook, Revision, Rollout, ServiceDeployment, breaker_threshold
from opsctl.sandbox.service import DEPLOYMENTS_KEPT, Service, revision_summary

BY_BREAKER = "Service deployment rolled back because the circuit breaker threshold was exceeded."
BY_USER = "Service deployment rolled back because of a user-initiated rollback request."
BY_HOOK = "Service deployment rolled back because {} lifecycle hook(s) failed."
SUPERSEDED = "Service deployment stopped because a new service deployment was started."
STOPPED_BY_BREAKER = (
    "Service deployment stopped because the circuit breaker threshold was exceeded."
)
NO_CANDIDATE = "No rollback candidate was found to run the rollback."

_HOOK_LIFETIME = 14 * 86400.0


def begin(service: Service, definition: dict[str, Any]) -> ServiceDeployment:
    """Start a deployment of a task definition; one that is under way ends as STOPPED."""
    now = service.world.clock()
    sources = tuple(_sources(service))
    if service.deployments and service.deployment.in_flight:
        _end(service, "STOPPED", SUPERSEDED)
    revision = _revision(service, definition)
    rollout = _rollout(service, revision)
    breaker = service.configuration["deploymentCircuitBreaker"]["enable"]
    made = ServiceDeployment(
        arn=service.world.arn(
            "ecs", f"service-deployment/{service.cluster}/{service.name}/{_token()}"
        ),
        target=revision,
        sources=sources,
        rollout=rollout,
        requested=service.desired,
        created=now,
        updated=now,
        breaker="MONITORING" if breaker else "DISABLED",
        threshold=breaker_threshold(service.desired),
        configuration=dict(service.configuration),
    )
    service.deployments.append(made)
    del service.deployments[:-DEPLOYMENTS_KEPT]
    service.steady = False
    return made


def _sources(service: Service) -> list[Revision]:
    running = [each.revision for each in service.rollouts if service.tasks_of(each)]
    if service.rollouts and not running:
        running = [service.primary.revision]
    return running


def _revision(service: Service, definition: dict[str, Any]) -> Revision:
    """ECS resolves the images to digests once, so that every task of the revision runs the same."""
    digests = {}
    for container in definition["containerDefinitions"]:
        pulled = service.world.registry.pull(container["image"])
        if pulled:
            digests[container["name"]] = pulled.digest
    revision = Revision(
        arn=service.world.arn(
            "ecs", f"service-revision/{service.cluster}/{service.name}/{_number()}"
        ),
        definition=definition,
        digests=digests,
        settings=dict(service.settings),
        created=service.world.clock(),
    )
    service.revisions[revision.arn] = revision
    return revision


def _rollout(service: Service, revision: Revision) -> Rollout:
    """Make a new PRIMARY rollout; the others stay ACTIVE until their tasks have ended."""
    now = service.world.clock()
    for each in service.rollouts:
        each.status, each.updated = "ACTIVE", now
    made = Rollout(f"ecs-svc/{_number()}", revision, service.desired, now, now)
    service.rollouts.insert(0, made)
    return made


def advance(service: Service) -> None:
    """Move the deployment's own state: begin it, pause at its hook, start a requested rollback."""
    deployment = service.deployment
    now = service.world.clock()
    if deployment.status == "PENDING":
        deployment.status, deployment.started, deployment.updated = "IN_PROGRESS", now, now
        deployment.stage = "SCALE_UP"
        if service.pause_at and len(service.deployments) > 1:
            _pause(service, deployment)
    elif deployment.status == "ROLLBACK_REQUESTED":
        roll_back(service, deployment.back_reason or BY_USER)
    hook = deployment.waiting_hook
    if hook and now >= hook.expires:
        hook.status = "TIMED_OUT"
        answer_hook(service, hook, hook.timeout_action)


def _pause(service: Service, deployment: ServiceDeployment) -> None:
    deployment.stage = service.pause_at
    expires = service.world.clock() + timedelta(seconds=_HOOK_LIFETIME)
    deployment.hooks.append(Hook(f"hook-{_token()}", service.pause_at, expires))


def answer_hook(service: Service, hook: Hook, action: str) -> None:
    """CONTINUE goes on; ROLLBACK takes the deployment back."""
    hook.status = "SUCCEEDED" if action == "CONTINUE" else "FAILED"
    deployment = service.deployment
    deployment.updated = service.world.clock()
    deployment.stage = "SCALE_UP"
    if action == "ROLLBACK":
        request_rollback(service, BY_HOOK.format(hook.stage))


def request_rollback(service: Service, reason: str) -> None:
    """Somebody asked to take the deployment back; the scheduler begins with it at its next look."""
    deployment = service.deployment
    deployment.status, deployment.back_reason = "ROLLBACK_REQUESTED", reason
    deployment.updated = service.world.clock()


def trip(service: Service) -> None:
    """The circuit breaker: the rollout failed; go back where that is configured."""
    deployment, rollout = service.deployment, service.primary
    deployment.breaker = "TRIGGERED"
    _fail(service, rollout, "ECS deployment circuit breaker: tasks failed to start.")
    service.say(f"(deployment {rollout.id}) deployment failed: tasks failed to start.")
    if deployment.status == "ROLLBACK_IN_PROGRESS":
        _end(service, "ROLLBACK_FAILED", BY_BREAKER)
    elif service.configuration["deploymentCircuitBreaker"]["rollback"]:
        roll_back(service, BY_BREAKER)
    else:
        _end(service, "STOPPED", STOPPED_BY_BREAKER)


def _fail(service: Service, rollout: Rollout, reason: str) -> None:
    rollout.state, rollout.reason = "FAILED", reason
    rollout.updated = service.world.clock()


def roll_back(service: Service, reason: str) -> None:
    """Restore the last completed revision, with the very images it had."""
    deployment, failed = service.deployment, service.primary
    now = service.world.clock()
    if failed.state != "FAILED":
        _fail(service, failed, "ECS deployment rolled back.")
    if service.last_good is None:
        _end(service, "ROLLBACK_FAILED", f"{reason} {NO_CANDIDATE}")
        return
    rollout = _former(service, service.last_good) or _rollout(service, service.last_good)
    by = "ECS deployment circuit breaker: " if reason == BY_BREAKER else ""
    rollout.reason = f"{by}rolling back to deploymentId {rollout.id}."
    service.say(f"rolling back to deployment {rollout.id}.")
    deployment.rollout, deployment.back_to = rollout, service.last_good
    deployment.status, deployment.status_reason = "ROLLBACK_IN_PROGRESS", reason
    deployment.back_reason, deployment.back_started = reason, now
    deployment.updated, deployment.stage = now, "SCALE_UP"


def _former(service: Service, revision: Revision) -> Rollout | None:
    """The rollout of that revision that still has tasks, made PRIMARY again: they go on serving."""
    found = next((each for each in service.rollouts if each.revision is revision), None)
    if found is None:
        return None
    for each in service.rollouts:
        each.status = "PRIMARY" if each is found else "ACTIVE"
    found.state, found.desired, found.failed = "IN_PROGRESS", service.desired, 0
    found.updated, found.not_before = service.world.clock(), None
    return found


def complete(service: Service) -> None:
    """The primary rollout runs alone: the deployment ends well, or as rolled back."""
    rollout, deployment = service.primary, service.deployment
    rollout.state, rollout.updated = "COMPLETED", service.world.clock()
    rollout.reason = f"ECS deployment {rollout.id} completed."
    service.say(f"(deployment {rollout.id}) deployment completed.")
    service.last_good = rollout.revision
    if deployment.status == "ROLLBACK_IN_PROGRESS":
        _end(service, "ROLLBACK_SUCCESSFUL", deployment.status_reason)
    else:
        _end(service, "SUCCESSFUL", "")


def _end(service: Service, status: str, reason: str) -> None:
    deployment = service.deployment
    now = service.world.clock()
    deployment.final_counts = _counts(service, deployment)
    deployment.status, deployment.status_reason, deployment.updated = status, reason, now
    if status == "STOPPED":
        deployment.stopped = now
    deployment.finished = now
    deployment.stage = "CLEAN_UP"
    if deployment.breaker == "MONITORING":
        deployment.breaker = "MONITORING_COMPLETE"


def _counts(service: Service, deployment: ServiceDeployment) -> dict[str, tuple[int, int, int]]:
    counts = {}
    for revision in (deployment.target, *deployment.sources):
        it = revision_summary(service, revision, 0)
        requested = deployment.requested if revision is deployment.target else 0
        counts[revision.arn] = (requested, it["runningTaskCount"], it["pendingTaskCount"])
    return counts


def _number() -> str:
    return str(secrets.randbelow(9 * 10**18) + 10**18)


def _token() -> str:
    letters = string.ascii_letters + string.digits
    return "".join(secrets.choice(letters) for _ in range(21))
