"""Which table the service uses: a variable of its container, and the release that changes it."""

from __future__ import annotations

from opsctl import errors
from opsctl.aws.ecs import short
from opsctl.aws.gateway import Gateway
from opsctl.plan import Json, Progress


class ServiceTables(Gateway):
    """Reads one variable of the container's environment, and never another one."""

    def in_use(self) -> str:
        """The table that the live release uses; empty where its variable is not set."""
        target = self.aws.target
        service = self.aws.ecs.service(target.cluster, target.service)
        return self.of(service.task_definition, target.container, target.table_variable)

    def of(self, task_definition: str, container: str, variable: str) -> str:
        """The table that a revision uses; empty where its variable is not set."""
        return self.aws.task_definitions.variable(task_definition, container, variable)

    def switch(
        self, cluster: str, service: str, base: str, container: str, variable: str, table: str
    ) -> dict[str, Json]:
        """Registers a copy of `base` with another table and makes the service run it.

        The service must run `base` (full ARN), or that copy already: then nothing is changed.
        """
        environment = {container: {variable: table}}
        return self.aws.ecs.release(cluster, service, base, {}, base, environment)

    def switch_back(
        self, cluster: str, service: str, former: str, container: str, variable: str, table: str
    ) -> dict[str, Json]:
        """Makes the service run `former` (full ARN) again.

        Raises FactsChanged when it does not use `table` any more: somebody deployed meanwhile.
        Raises Forbidden when the former table may hold somebody who was erased since.
        """
        now = self.aws.ecs.service(cluster, service).task_definition
        if now != former and self.of(now, container, variable) != table:
            raise errors.FactsChanged(
                f"The service runs {short(now)}, which does not use {table}: "
                "somebody deployed meanwhile.",
                hint="See where it stands: opsctl status",
            )
        before = self.of(former, container, variable)
        why = self.aws.table_replays.lacking(before)
        if now != former and why:
            raise errors.Forbidden(
                f"{before} may hold users who were erased: {why}.",
                hint=f"Stay with {table}, or restore a backup and switch to that.",
            )
        return self.aws.ecs.point_at(cluster, service, former, leaving=now)

    def used_by_all(self, cluster: str, service: str, variable: str, table: str) -> Progress:
        """Whether every running task uses a table."""
        target = self.aws.target
        running = self.aws.tasks.of_service(cluster, service)
        revisions = {it.task_definition for it in running}
        others = {it for it in revisions if self.of(it, target.container, variable) != table}
        count = sum(it.task_definition not in others for it in running)
        done = bool(running) and not others
        return Progress(done, f"{count} of {len(running)} tasks use {table}")
