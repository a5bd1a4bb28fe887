"""Service deployments and revisions as AWS answers them."""

from __future__ import annotations

from typing import Any

from opsctl.sandbox.rollout import Hook, Revision, ServiceDeployment
from opsctl.sandbox.service import Service, revision_summary


def brief(service: Service, it: ServiceDeployment) -> dict[str, Any]:
    """One entry of ListServiceDeployments."""
    return _given(
        {
            "serviceDeploymentArn": it.arn,
            "serviceArn": service.arn,
            "clusterArn": service.cluster_arn,
            "startedAt": it.started,
            "createdAt": it.created,
            "finishedAt": it.finished,
            "targetServiceRevisionArn": it.target.arn,
            "status": it.status,
            "statusReason": it.status_reason,
        }
    )


def full(service: Service, it: ServiceDeployment) -> dict[str, Any]:
    """One entry of DescribeServiceDeployments."""
    return _given(
        {
            "serviceDeploymentArn": it.arn,
            "serviceArn": service.arn,
            "clusterArn": service.cluster_arn,
            "createdAt": it.created,
            "startedAt": it.started,
            "finishedAt": it.finished,
            "stoppedAt": it.stopped,
            "updatedAt": it.updated,
            "sourceServiceRevisions": [_summary(service, it, each, 0) for each in it.sources],
            "targetServiceRevision": _summary(service, it, it.target, it.requested),
            "status": it.status,
            "statusReason": it.status_reason,
            "lifecycleStage": it.stage if it.in_flight else None,
            "lifecycleHookDetails": [_hook(hook) for hook in it.hooks] or None,
            "deploymentConfiguration": it.configuration,
            "rollback": _rollback(it),
            "deploymentCircuitBreaker": {
                "status": it.breaker,
                "failureCount": it.failures,
                "threshold": it.threshold,
            },
            "alarms": {"status": "DISABLED", "alarmNames": [], "triggeredAlarmNames": []},
        }
    )


def _summary(
    service: Service, it: ServiceDeployment, revision: Revision, requested: int
) -> dict[str, Any]:
    """Counts as they are; of a deployment that has ended, as they were."""
    if revision.arn in it.final_counts:
        wanted, running, pending = it.final_counts[revision.arn]
        return {
            "arn": revision.arn,
            "requestedTaskCount": wanted,
            "runningTaskCount": running,
            "pendingTaskCount": pending,
        }
    return revision_summary(service, revision, requested)


def _rollback(it: ServiceDeployment) -> dict[str, Any] | None:
    if it.back_to is None:
        return None
    return {
        "reason": it.back_reason,
        "startedAt": it.back_started,
        "serviceRevisionArn": it.back_to.arn,
    }


def _hook(hook: Hook) -> dict[str, Any]:
    return {
        "hookId": hook.id,
        "targetType": "PAUSE",
        "status": hook.status,
        "expiresAt": hook.expires,
        "timeoutAction": hook.timeout_action,
    }


def revision(service: Service, it: Revision) -> dict[str, Any]:
    """One entry of DescribeServiceRevisions."""
    return _given(
        {
            "serviceRevisionArn": it.arn,
            "serviceArn": service.arn,
            "clusterArn": service.cluster_arn,
            "taskDefinition": it.definition["taskDefinitionArn"],
            "launchType": it.settings.get("launchType"),
            "platformVersion": "1.4.0",
            "platformFamily": "Linux",
            "loadBalancers": it.settings.get("loadBalancers") or [],
            "serviceRegistries": it.settings.get("serviceRegistries") or [],
            "networkConfiguration": it.settings.get("networkConfiguration"),
            "containerImages": [
                _given(
                    {
                        "containerName": container["name"],
                        "imageDigest": it.digests.get(container["name"]),
                        "image": container["image"],
                    }
                )
                for container in it.definition["containerDefinitions"]
            ],
            "guardDutyEnabled": False,
            "createdAt": it.created,
        }
    )


def _given(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if value not in (None, "")}
