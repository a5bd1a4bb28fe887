"""One deployment, followed by its own id until it has ended one way or another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from opsctl import errors
from opsctl.aws.cloudtrail import who
from opsctl.aws.deployments import Deployment
from opsctl.aws.ecs import Rollout, Service, short
from opsctl.aws.gateway import Gateway
from opsctl.aws.stop_reasons import Cause, causes, event_cause
from opsctl.plan import Json, Progress

DOOMED_AFTER = 3
"""Failures of the same final kind after which a deployment without circuit breaker is given up."""


class Following(Gateway):
    """Looks at a deployment. Each look answers Progress, or raises what it ended in.

    RolledBack: the circuit breaker or somebody restored the former release. NotVerified:
    somebody else's deployment took its place. StepFailed: it was stopped, or the rollback failed.
    """

    def deployment(
        self, cluster: str, service: str, subject: dict[str, Json] | None = None
    ) -> Progress:
        """How far a deployment is.

        `subject` is what `ecs.release`, `point_at` or `restart` answered: `deployment` (the id
        of the rollout, or the ARN of the service deployment), `task_definition`, `created`. In
        a plan it stands only where the deployment is known before the plan is applied.
        """
        if subject is None:
            raise TypeError("a deployment can only be followed by its id")
        now = self.aws.ecs.service(cluster, service)
        found = self._resolved(now, subject)
        if found is None:
            return self._by_rollout(now, subject)
        return self._by_history(now, found)

    def rollback(self, cluster: str, service: str, deployment: str) -> Progress:
        """How far the rollback of a deployment (ARN) is that somebody asked for."""
        found = self.aws.deployments.described([deployment])
        if not found:
            raise errors.StepFailed(f"AWS does not know deployment {deployment} any more.")
        it = found[0]
        if it.status == "ROLLBACK_SUCCESSFUL":
            return Progress(True, f"rolled back to {short(it.serves)}")
        if it.status == "SUCCESSFUL":
            raise errors.NotVerified(
                f"{short(it.task_definition)} finished before it could be stopped.",
                hint="Run `opsctl rollback` again: it goes to the last successful release.",
            )
        if it.status in ("STOPPED", "ROLLBACK_FAILED"):
            raise errors.StepFailed(f"The rollback ended as {it.status}: {it.reason}")
        return Progress(False, _counts(it, "rolling back"))

    def _resolved(self, now: Service, subject: Mapping[str, Any]) -> Deployment | None:
        """The service deployment that the subject means; None where AWS does not keep them."""
        named = str(subject["deployment"])
        if named.startswith("arn:"):
            return next(iter(self.aws.deployments.described([named])), None)
        created = datetime.fromisoformat(str(subject["created"]))
        try:
            recent = self.aws.deployments.history(now.cluster, now.name, limit=5)
        except errors.NoAccess:
            return None
        except errors.OpsctlError as error:
            if getattr(error, "aws_code", "") != "UnsupportedFeatureException":
                raise
            return None
        ours = [
            it
            for it in recent
            if it.task_definition == subject["task_definition"]
            and abs(it.created - created) < timedelta(minutes=1)
        ]
        return min(ours, key=lambda it: abs(it.created - created), default=None)

    def _by_history(self, now: Service, it: Deployment) -> Progress:
        if it.succeeded and now.primary.task_definition == it.task_definition:
            return Progress(True, f"{short(it.task_definition)} serves")
        if it.succeeded:
            raise self._superseded(now, it.task_definition, it.created)
        if it.status == "STOPPED":
            raise self._stopped(now, it)
        found = self._causes(now, it.task_definition, it.created)
        if it.status == "ROLLBACK_SUCCESSFUL":
            raise self._rolled_back(it.task_definition, it.serves, it.reason, found)
        if it.status == "ROLLBACK_FAILED":
            raise errors.StepFailed(
                f"{short(it.task_definition)} failed, and so did its rollback: {it.reason}",
                hint=f"Look at once: opsctl status --env {self.aws.target.env}",
            )
        lines = [*self._told(found, it.task_definition), *_hook_lines(it)]
        if it.status in ("ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"):
            return Progress(False, _counts(it, "failed, rolling back"), tuple(lines))
        _give_up_if_doomed(now, found)
        return Progress(False, _counts(it, "in progress"), tuple(lines), counted=_done(it))

    def _by_rollout(self, now: Service, subject: Mapping[str, Any]) -> Progress:
        """The same from `deployments[]` alone, where the rollout's disappearing is all AWS says."""
        wanted, created = str(subject["task_definition"]), str(subject["created"])
        since = datetime.fromisoformat(created)
        ours = next((it for it in now.rollouts if it.id == subject["deployment"]), None)
        found = self._causes(now, wanted, since)
        if ours is None or (ours.status != "PRIMARY" and ours.state != "FAILED"):
            if now.primary.task_definition != wanted and found:
                raise self._rolled_back(wanted, now.primary.task_definition, "", found)
            raise self._superseded(now, wanted, since)
        if ours.state == "FAILED":
            raise self._rolled_back(wanted, now.primary.task_definition, ours.reason, found)
        settled = ours.running == ours.desired and ours.pending == 0 and len(now.rollouts) == 1
        if ours.state == "COMPLETED" or (not ours.state and settled):
            return Progress(True, f"{short(wanted)} serves")
        _give_up_if_doomed(now, found)
        return Progress(False, _rollout_counts(ours), tuple(self._told(found, wanted)))

    def _causes(self, now: Service, task_definition: str, since: datetime) -> tuple[Cause, ...]:
        """Why tasks of this deployment stopped, newest first; reads the stopped tasks."""
        stopped = self.aws.tasks.of_service(now.cluster, now.name, stopped=True)
        ours = [
            task
            for task in stopped
            if task.task_definition == task_definition
            and task.created
            and task.created >= since - timedelta(seconds=5)
        ]
        events = [event_cause(it.message) for it in now.events if it.at >= since]
        return (*causes(ours), *(cause for cause in events if cause))

    def _told(self, found: Iterable[Cause], task_definition: str) -> list[str]:
        """One line for each kind of failure, and the last log lines of its newest task."""
        lines: list[str] = []
        kinds: set[str] = set()
        for cause in found:
            if cause.kind in kinds:
                continue
            kinds.add(cause.kind)
            lines.append(f"{cause.kind}: {cause.words}. {cause.mend}")
            lines += [f"  log: {line}" for line in self._log_of(cause, task_definition)]
        return lines

    def _log_of(self, cause: Cause, task_definition: str, limit: int = 6) -> tuple[str, ...]:
        """The last log lines of a failed container; empty where none can be read."""
        try:
            definition = self.aws.task_definitions.revision(task_definition)
            container = definition.container(cause.container)
            if not cause.task or not container or not container.logs:
                return ()
            stream = f"{container.logs.prefix}/{container.name}/{cause.task}"
            lines = self.aws.logs.last_lines(container.logs.group, stream, 2 * limit)
        except errors.OpsctlError:
            return ()
        # A traceback underlines with lines of mere carets, which tell nothing here.
        return tuple(line for line in lines if any(it.isalnum() for it in line))[-limit:]

    def _rolled_back(
        self, wanted: str, serves: str, reason: str, found: tuple[Cause, ...]
    ) -> errors.RolledBack:
        why = f"{found[0].kind}: {found[0].words}" if found else reason or "AWS gives no reason"
        log = [f"  {line}" for line in self._log_of(found[0], wanted)] if found else []
        mend = [found[0].mend] if found else []
        return errors.RolledBack(
            f"{short(wanted)} failed and was rolled back; {short(serves)} serves. Reason: {why}",
            hint="\n".join([*mend, *(["The last lines of its log:"] if log else []), *log]),
        )

    def _stopped(self, before: Service, it: Deployment) -> errors.SomethingChanged:
        """Somebody stopped it, or a newer deployment took its place."""
        # Read again: the first look may be older than what stopped it.
        now = self.aws.ecs.service(before.cluster, before.name)
        if now.primary.created > it.created + timedelta(seconds=1):
            return self._superseded(now, it.task_definition, it.created)
        if now.primary.task_definition != it.task_definition:
            return self._superseded(now, it.task_definition, it.created)
        return errors.StepFailed(f"The deployment was stopped: {it.reason}")

    def _superseded(self, now: Service, wanted: str, since: datetime) -> errors.NotVerified:
        trace = self.aws.cloudtrail.latest("UpdateService", since=since, about=now.name)
        return errors.NotVerified(
            f"Another deployment took the place of {short(wanted)}: the service moves to "
            f"{short(now.primary.task_definition)}, started by {who(trace)}.",
            hint=f"See where it stands: opsctl status --env {self.aws.target.env}",
        )


def _give_up_if_doomed(now: Service, found: tuple[Cause, ...]) -> None:
    """Raises StepFailed where nothing but a person would ever end this deployment."""
    final = [cause for cause in found if cause.final]
    if now.circuit_breaker or len(final) < DOOMED_AFTER:
        return
    raise errors.StepFailed(
        f"This deployment will not succeed: {final[0].kind}: {final[0].words}. The service has "
        "no circuit breaker, so AWS keeps trying.",
        hint=f"{final[0].mend}\nTo take it back: opsctl rollback",
    )


def _counts(it: Deployment, word: str) -> str:
    requested, running, pending = it.counts
    failed = f", {it.failures} failed" if it.failures else ""
    stage = f" ({it.stage})" if it.stage else ""
    return f"{word}{stage}: {running}/{requested} running, {pending} pending{failed}"


def _done(it: Deployment) -> tuple[int, int] | None:
    requested, running, _ = it.counts
    return (running, requested) if requested else None


def _rollout_counts(it: Rollout) -> str:
    failed = f", {it.failed} failed" if it.failed else ""
    return f"in progress: {it.running}/{it.desired} running, {it.pending} pending{failed}"


def _hook_lines(it: Deployment) -> list[str]:
    hook = it.waiting_hook
    if not hook:
        return []
    until = f" until {hook.expires:%Y-%m-%d %H:%M} UTC" if hook.expires else ""
    return [f"paused at lifecycle hook {hook.id}{until}: it waits for CONTINUE or ROLLBACK"]
