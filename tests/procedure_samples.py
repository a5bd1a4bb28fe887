"""A sample of every procedure: what RUNBOOK.md shows of its plan is made from it.

Facts are gathered in the seeded emulator. They are given by hand where something had to be done
before, or where they come from a program of this machine (Docker, Git, Terraform).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backup_samples import BACKUP, SOURCE, head, restore_facts
from holding_samples import CASE, NAME, holdings
from planned import RELEASE, saved
from rotations import ARN, app_client, client_secret
from samples import REGISTRY, digest, live, service
from silencing import alarm, at, rule
from silencing import facts as silence_facts
from table_samples import FEATURES, MADE, NEW, TABLE, backup, origin, settings

from opsctl.aws import Aws
from opsctl.aws.cognito_users import TokenLife, User
from opsctl.aws.copy_pruning import Superfluous
from opsctl.aws.ecr import Image
from opsctl.aws.ecs import Ecs
from opsctl.aws.git import Checkout, Tag
from opsctl.aws.github import Checks
from opsctl.aws.object_changes import Row, Seen
from opsctl.aws.table_settings import Shape
from opsctl.plan import Danger, Do, Plan, call
from opsctl.procedures import (
    accounts,
    back_up_all,
    back_up_bucket,
    back_up_by_batch,
    back_up_by_vault,
    back_up_table,
    block_ip,
    cpu_target,
    deploy,
    deploy_build,
    deploy_terraform,
    disable_user,
    enable_user,
    preflight,
    prune_backups,
    prune_copies,
    purge_user,
    restart,
    restore_objects,
    restore_table,
    revoke_client_secret,
    rollback,
    rotate_access_key,
    rotate_client_secret,
    rotate_secret,
    scale_bounds,
    scale_count,
    silence_alarms,
    switch_table,
    tag_release,
    task_size,
    task_size_terraform,
    unblock_ip,
    undo,
    unsilence_alarms,
)
from opsctl.procedures.restore_settings import Wanted
from opsctl.procedures.restore_source import Source
from opsctl.procedures.retention import Keep
from opsctl.procedures.table_fitness import Fitness

ENDS = "2026-11-26T12:30:00+00:00"
SIZE = {"image": live().image, "task_cpu": 256, "task_memory": 512}
OK = (preflight.Finding("image 1.3.0", "ok"),)
IMAGE = Image("image-caption-gen", digest("d"), ("1.3.0",), ("X86_64",))
COUNT = Do(
    "Set the desired count to 5",
    call(Ecs.set_desired_count, "c", service().name, 5, replacing=2),
    undo=(
        Do(
            "Set the desired count back to 2",
            call(Ecs.set_desired_count, "c", service().name, 2, replacing=5),
        ),
    ),
)

UP_TO = {
    "deploy --terraform": Danger.SEVERE,
    "scale task-size --terraform": Danger.SEVERE,
    "secrets rotate access-key": Danger.SEVERE,
    "scale count": Danger.SEVERE,
    "scale bounds": Danger.SEVERE,
    "scale cpu-target": Danger.MODERATE,
    "undo": Danger.SEVERE,
    "security block-ip": Danger.SEVERE,
    "security unblock-ip": Danger.SEVERE,
}
"""The greatest danger that another request can have, where that is another one."""


@dataclass(frozen=True)
class Sample:
    """A procedure with a request that changes something. Without facts they are gathered."""

    procedure: Any
    request: Any
    facts: Any = None

    @property
    def name(self) -> str:
        return str(self.procedure.name)

    @property
    def up_to(self) -> Danger | None:
        return UP_TO.get(self.name)

    def plan(self, local: Aws) -> Plan:
        """What the procedure would do."""
        facts = self.facts or self.procedure.gather(self.request, local)
        made: Plan = self.procedure.plan(self.request, facts)
        return made


def _bucket(name: str = "s3-1") -> back_up_bucket.Request:
    return back_up_bucket.Request("local", name)


def _table(name: str = "opsctl-1") -> back_up_table.Request:
    return back_up_table.Request("local", TABLE, name)


SAMPLES = (
    Sample(deploy.PROCEDURE, deploy.Request("local", "1.3.0")),
    Sample(
        deploy_build.PROCEDURE,
        deploy_build.Request("prod", "1.3.0", "/src"),
        deploy_build.Facts(live(), f"{REGISTRY}:1.3.0", None, True, OK, "28.0.0"),
    ),
    Sample(
        tag_release.PROCEDURE,
        tag_release.Request("prod", "v1.3.0", "/src"),
        tag_release.Facts(
            Checkout("/src", "a" * 40, (), "origin", True),
            Tag("", ""),
            Checks("passed", "tests"),
            live(),
        ),
    ),
    Sample(
        deploy_terraform.PROCEDURE,
        deploy.Request("prod", "1.3.0"),
        deploy_terraform.Facts(
            deploy.Facts(live(), f"{REGISTRY}@{digest('d')}", IMAGE, OK),
            saved(*RELEASE, former={"image": live().image}),
        ),
    ),
    Sample(rollback.PROCEDURE, rollback.Request("local", "2")),
    Sample(restart.PROCEDURE, restart.Request("local")),
    Sample(rotate_secret.PROCEDURE, rotate_secret.Request("local", "hf", "hf_api_key")),
    Sample(
        rotate_client_secret.PROCEDURE,
        rotate_client_secret.Request("local", "cognito_client_secret"),
    ),
    Sample(
        revoke_client_secret.PROCEDURE,
        revoke_client_secret.Request("prod", "cognito_client_secret"),
        revoke_client_secret.Facts(
            "pool",
            app_client(secrets=(client_secret(1), client_secret(2))),
            ARN,
            "v-2",
            (service().name,),
            (),
            tasks=2,
        ),
    ),
    Sample(
        rotate_access_key.PROCEDURE,
        rotate_access_key.Request("local", "terraform", to="key.ini"),
    ),
    Sample(scale_count.PROCEDURE, scale_count.Request("local", 3)),
    Sample(scale_bounds.PROCEDURE, scale_bounds.Request("local", 3, 7)),
    Sample(cpu_target.PROCEDURE, cpu_target.Request("local", 55)),
    Sample(task_size.PROCEDURE, task_size.Request("local", 512, 1024)),
    Sample(
        task_size_terraform.PROCEDURE,
        task_size.Request("prod", 512, 1024),
        task_size_terraform.Facts(live(), saved(*RELEASE, former=SIZE)),
    ),
    Sample(
        undo.PROCEDURE,
        undo.Request("RUN", "scale count", "prod", (undo.Change(1, COUNT),)),
        undo.Facts(()),
    ),
    Sample(
        silence_alarms.PROCEDURE,
        silence_alarms.Request("prod", ("cpu-high",), ENDS, "opsctl-prod-1"),
        silence_facts(alarm("cpu-high"), meant=("cpu-high",)),
    ),
    Sample(
        unsilence_alarms.PROCEDURE,
        unsilence_alarms.Request("prod", ("cpu-high",)),
        unsilence_alarms.Facts(
            silence_facts(alarm("cpu-high"), rules=(rule("cpu-high", minutes=at(30).minute),))
        ),
    ),
    Sample(block_ip.PROCEDURE, block_ip.Request("local", ("8.8.4.4/32",))),
    Sample(unblock_ip.PROCEDURE, unblock_ip.Request("local", ("203.0.113.0/24",))),
    Sample(disable_user.PROCEDURE, accounts.Request("local", "alice")),
    Sample(
        enable_user.PROCEDURE,
        accounts.Request("prod", "alice"),
        accounts.Facts(
            "pool", User("SUB", "alice", False, "CONFIRMED"), TokenLife(300, 900, 86400)
        ),
    ),
    Sample(
        purge_user.PROCEDURE,
        purge_user.Request("prod", NAME, CASE),
        purge_user.Facts(CASE, holdings()),
    ),
    Sample(back_up_bucket.PROCEDURE, _bucket()),
    Sample(back_up_all.PROCEDURE, back_up_all.Request(_table(), _bucket())),
    Sample(back_up_by_batch.PROCEDURE, back_up_by_batch.Request("local", "s3-1")),
    Sample(
        back_up_by_vault.PROCEDURE,
        back_up_by_vault.Request("local", "opsctl-1", ("s3", "dynamodb")),
    ),
    Sample(
        restore_objects.PROCEDURE,
        restore_objects.Request("prod", "2026-11-24T03:00:00+00:00"),
        restore_facts(seen=Seen(overwritten=2, deleted=1, same=5, rows=[Row("a", "deleted", 10)])),
    ),
    Sample(
        prune_copies.PROCEDURE,
        prune_copies.Request("prod", Keep(newest=1)),
        prune_copies.Facts(
            SOURCE,
            BACKUP,
            tuple(head(f"s3-{day}", f"2026-11-{day}T03:00:00+00:00") for day in (24, 23)),
            Superfluous(7, 700),
        ),
    ),
    Sample(back_up_table.PROCEDURE, _table()),
    Sample(
        restore_table.PROCEDURE,
        restore_table.Request("prod", TABLE, "opsctl-0"),
        restore_table.Facts(
            source=Source(TABLE, MADE, backup(), features=FEATURES),
            new=NEW,
            origin=None,
            wanted=Wanted(settings(), TABLE, "as saved with the backup"),
            now=None,
            lacking="there is no table",
            known=True,
            erased=2,
            denied=(),
            suffix="-prod",
        ),
    ),
    Sample(
        switch_table.PROCEDURE,
        switch_table.Request("prod", NEW),
        switch_table.Facts(
            live=live(),
            variable="TABLE",
            in_use=TABLE,
            fitness=Fitness(
                origin(), TABLE, Shape({"PK": "HASH"}, {}), Shape({"PK": "HASH"}, {}), ""
            ),
            findings=(),
            configured=TABLE,
        ),
    ),
    Sample(
        prune_backups.PROCEDURE,
        prune_backups.Request("prod", TABLE, keep=1),
        prune_backups.Facts((backup(), backup(1)), frozenset({backup().arn, backup(1).arn})),
    ),
)
