"""Revisions made and brought into service in one go, since AWS chooses their names."""

from __future__ import annotations

from opsctl import errors
from opsctl.aws.ecs import short
from opsctl.aws.gateway import Gateway
from opsctl.plan import Json


class Releases(Gateway):
    """Compares before it writes, like `Ecs.release`; each answers the deployment that began."""

    def resize(
        self,
        cluster: str,
        service: str,
        base: str,
        images: dict[str, str],
        cpu: int,
        memory: int,
        leaving: str,
    ) -> dict[str, Json]:
        """Registers `base` for tasks of another size, and makes the service run it.

        `cpu` in CPU units, `memory` in MiB, `images` by container name. The service must run
        `leaving` now, anything else raises FactsChanged. Doing it again changes nothing.
        """
        now = self.aws.ecs.service(cluster, service).task_definition
        definitions = self.aws.task_definitions
        if now != leaving and definitions.is_resized(now, base, images, cpu, memory):
            return self.aws.ecs.point_at(cluster, service, now, now)
        if now != leaving:
            raise _moved(now, leaving)
        return self._point(cluster, service, definitions.resized(base, images, cpu, memory), now)

    def size_back(
        self,
        cluster: str,
        service: str,
        former: str,
        images: dict[str, str],
        cpu: int,
        memory: int,
    ) -> dict[str, Json]:
        """Points the service back at `former`, which `resize` made the present revision from.

        Raises FactsChanged when the service runs anything else by now.
        """
        now = self.aws.ecs.service(cluster, service).task_definition
        definitions = self.aws.task_definitions
        if now != former and not definitions.is_resized(now, former, images, cpu, memory):
            raise _moved(now, f"the copy of {short(former)} with that size")
        return self.aws.ecs.point_at(cluster, service, former, now)

    def _point(self, cluster: str, service: str, arn: str, leaving: str) -> dict[str, Json]:
        try:
            return self.aws.ecs.point_at(cluster, service, arn, leaving)
        except errors.OpsctlError as error:
            raise errors.StepFailed(
                f"{short(arn)} was registered, but the service was not updated: {error.message}",
                hint=error.hint,
            ) from error


def _moved(now: str, expected: str) -> errors.FactsChanged:
    return errors.FactsChanged(
        f"The service runs {short(now)}, not {short(expected)}: somebody deployed meanwhile.",
        hint="Run the same command again to see the new plan.",
    )
