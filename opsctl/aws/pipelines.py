"""The deployment that somebody else's pipeline makes, found by when it begins, then followed."""

from __future__ import annotations

from datetime import datetime

from opsctl.aws.gateway import Gateway
from opsctl.plan import Progress


class Pipelines(Gateway):
    """Looks at what a pipeline does to a service."""

    def release(self, cluster: str, service: str, after: str) -> Progress:
        """How far the first deployment is that began after a moment (ISO 8601; "" for any).

        Answers and raises what `Following.deployment` does, once there is one.
        """
        since = datetime.fromisoformat(after) if after else None
        recent = self.aws.deployments.history(cluster, service, limit=20)
        begun = [it for it in recent if since is None or it.created > since]
        if not begun:
            return Progress(False, "no new deployment yet: the pipeline is at work")
        ours = min(begun, key=lambda it: it.created)
        return self.aws.following.deployment(
            cluster,
            service,
            {
                "deployment": ours.arn,
                "task_definition": ours.task_definition,
                "created": ours.created.isoformat(),
            },
        )
