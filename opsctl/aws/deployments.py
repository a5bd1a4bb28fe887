"""ECS service deployments: the history of a service, and the ways to take one back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from opsctl import errors
from opsctl.aws.gateway import Gateway
from opsctl.plan import Json

IN_FLIGHT = frozenset(
    {"PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"}
)
DESCRIBE_LIMIT = 20


@dataclass(frozen=True)
class Hook:
    """A lifecycle hook at which a deployment waits for somebody to say CONTINUE or ROLLBACK."""

    id: str
    status: str
    expires: datetime | None = field(compare=False)


@dataclass(frozen=True)
class Deployment:
    """One service deployment. Where it was rolled back, `serves` is the former task definition."""

    arn: str
    status: str
    reason: str = field(compare=False)
    task_definition: str
    """What it set out to run."""
    digests: tuple[tuple[str, str], ...]
    """(container, image digest) as ECS resolved them for this deployment."""
    serves: str
    """What runs if this deployment was the last one; empty where AWS does not say."""
    created: datetime
    finished: datetime | None = field(compare=False)
    counts: tuple[int, int, int] = field(default=(0, 0, 0), compare=False)
    """(requested, running, pending) tasks of the target revision."""
    failures: int = field(default=0, compare=False)
    """What the circuit breaker has counted, and its threshold."""
    threshold: int = field(default=0, compare=False)
    hooks: tuple[Hook, ...] = ()
    stage: str = field(default="", compare=False)
    has_source: bool = True
    """False for the first deployment of a service: there is nothing to roll back to."""

    @property
    def in_flight(self) -> bool:
        """Whether it has not ended yet."""
        return self.status in IN_FLIGHT

    @property
    def succeeded(self) -> bool:
        """Whether its task definition is known to have served."""
        return self.status == "SUCCESSFUL"

    @property
    def waiting_hook(self) -> Hook | None:
        """The hook it is paused at."""
        return next((hook for hook in self.hooks if hook.status == "AWAITING_ACTION"), None)


class Deployments(Gateway):
    """Service deployments of the last 90 days; AWS knows none from before 2024-10-25."""

    @property
    def _client(self) -> Any:
        return self.aws.client("ecs")

    def history(self, cluster: str, service: str, limit: int = 20) -> tuple[Deployment, ...]:
        """The newest deployments, newest first (AWS documents no order)."""
        # No botocore paginator. A page is enough: at most 100 in one answer.
        answer = self._client.list_service_deployments(
            cluster=cluster, service=service, maxResults=min(limit, 100)
        )
        briefs = sorted(answer["serviceDeployments"], key=lambda it: it["createdAt"], reverse=True)
        return self._described(
            [it["serviceDeploymentArn"] for it in briefs[:limit]],
            {it.get("targetServiceRevisionArn", "") for it in briefs[:limit]},
        )

    def described(self, arns: list[str]) -> tuple[Deployment, ...]:
        """Deployments by ARN, in that order; those that AWS has forgotten are left out."""
        return self._described(arns, set())

    def _described(self, arns: list[str], foreseen: set[str]) -> tuple[Deployment, ...]:
        """`foreseen` are revisions that they are known to name: read without waiting for them."""
        found, revisions = self.aws.at_once(
            lambda: self._details(arns), lambda: self._revisions(foreseen)
        )
        named = {it.get("targetServiceRevision", {}).get("arn", "") for it in found}
        named |= {it.get("rollback", {}).get("serviceRevisionArn", "") for it in found}
        revisions |= self._revisions(named - revisions.keys())
        by_arn = {it["serviceDeploymentArn"]: _deployment(it, revisions) for it in found}
        return tuple(by_arn[arn] for arn in arns if arn in by_arn)

    def _details(self, arns: list[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for start in range(0, len(arns), DESCRIBE_LIMIT):
            some = arns[start : start + DESCRIBE_LIMIT]
            answer = self._client.describe_service_deployments(serviceDeploymentArns=some)
            found += answer["serviceDeployments"]
        return found

    def _revisions(self, wanted: set[str]) -> dict[str, dict[str, Any]]:
        arns = sorted(wanted - {""})
        found: dict[str, dict[str, Any]] = {}
        for start in range(0, len(arns), DESCRIBE_LIMIT):
            some = arns[start : start + DESCRIBE_LIMIT]
            answer = self._client.describe_service_revisions(serviceRevisionArns=some)
            found |= {it["serviceRevisionArn"]: it for it in answer["serviceRevisions"]}
        return found

    def stop_with_rollback(self, deployment: str) -> dict[str, Json]:
        """Ends a deployment in flight (ARN) and has AWS restore the former revision.

        Works with the circuit breaker's rollback switched off as well. Where the deployment has
        ended meanwhile, raises FactsChanged.
        """
        client = self._client
        try:
            client.stop_service_deployment(serviceDeploymentArn=deployment, stopType="ROLLBACK")
        except client.exceptions.ConflictException as error:
            raise errors.FactsChanged(
                "The deployment ended meanwhile.",
                hint="Run the same command again to see the new plan.",
            ) from error
        return {"deployment": deployment}

    def roll_back_at_hook(self, deployment: str, hook: str) -> dict[str, Json]:
        """Answers ROLLBACK to the lifecycle hook that a deployment (ARN) is paused at.

        The default action of ContinueServiceDeployment is CONTINUE, so it is always sent.
        """
        self._client.continue_service_deployment(
            serviceDeploymentArn=deployment, hookId=hook, action="ROLLBACK"
        )
        return {"deployment": deployment}


def _deployment(it: dict[str, Any], revisions: dict[str, dict[str, Any]]) -> Deployment:
    target = it.get("targetServiceRevision", {})
    revision = revisions.get(target.get("arn", ""), {})
    back = it.get("rollback", {}).get("serviceRevisionArn", "")
    breaker = it.get("deploymentCircuitBreaker", {})
    wanted = revision.get("taskDefinition", "")
    return Deployment(
        arn=it["serviceDeploymentArn"],
        status=it["status"],
        reason=it.get("statusReason", "") or it.get("rollback", {}).get("reason", ""),
        task_definition=wanted,
        digests=tuple(
            (image["containerName"], image["imageDigest"])
            for image in revision.get("containerImages", ())
            if image.get("imageDigest")
        ),
        serves=revisions.get(back, {}).get("taskDefinition", "") if back else wanted,
        created=it["createdAt"],
        finished=it.get("finishedAt") or it.get("stoppedAt"),
        counts=(
            target.get("requestedTaskCount", 0),
            target.get("runningTaskCount", 0),
            target.get("pendingTaskCount", 0),
        ),
        failures=breaker.get("failureCount", 0),
        threshold=breaker.get("threshold", 0),
        hooks=tuple(_hook(each) for each in it.get("lifecycleHookDetails", ())),
        stage=it.get("lifecycleStage", ""),
        has_source=bool(it.get("sourceServiceRevisions")),
    )


def _hook(it: dict[str, Any]) -> Hook:
    return Hook(it.get("hookId", ""), it.get("status", ""), it.get("expiresAt"))
