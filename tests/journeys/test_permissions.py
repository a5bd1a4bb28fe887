"""Every command works under its own policy; see also test_what_was_asked.py."""

from __future__ import annotations

import json
import re
import secrets
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import permitted
import pytest
from background import opsctl_in_background
from permitted import TOUR, WELL
from running import RunningSandbox

from opsctl.aws import permissions
from opsctl.aws.permissions.needs import WORK
from opsctl.errors import Interrupted, NoAccess

pytestmark = pytest.mark.journey

REFUSED = re.compile(r"may not [a-z0-9-]+:[A-Z]|not authorized to perform")


class Tour:
    """One command after the other, each allowed just what its own policy allows."""

    def __init__(self, sandbox: RunningSandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.target = permitted.local(sandbox)
        self._key = folder / "key"
        self._words = {
            "alarm": f"{self.target.alarm_prefix}cpu-high{self.target.alarm_suffix}",
            "backup_bucket": self.target.backup_bucket,
            "bucket": self.target.bucket,
            "client": self._client(),
            "file": str(self._key),
            "table": self.target.table,
        }
        self.folder = folder

    def run(self, document: dict[str, Any], line: str) -> Any:
        self._key.write_text(f"hf_of_the_tour_{secrets.token_hex(8)}")
        run = self._run() if "{run}" in line else ""
        words = shlex.split(line.format(**self._words, case=self._case(), run=run))
        self.sandbox.ask("POST", "policy", document)
        try:
            return self.sandbox.opsctl(*words, "-e", "local", cwd=self.folder)
        finally:
            self.sandbox.ask("DELETE", "policy")

    def _run(self) -> str:
        """The id of the last run."""
        done = self.sandbox.opsctl("history", "-e", "local", "-o", "json")
        return str(json.loads(done.stdout)["result"]["runs"][0]["run"])

    def _client(self) -> str:
        found = self.sandbox.client("cognito-idp").describe_user_pool_client(
            UserPoolId=self.target.user_pool, ClientId=self.target.user_pool_client
        )
        return str(found["UserPoolClient"]["ClientName"])

    def _case(self) -> str:
        cases = Path(self.sandbox.environ["XDG_STATE_HOME"]).rglob("cases/*.json")
        return max(cases, key=lambda it: it.stat().st_mtime, default=Path("none")).stem


@pytest.fixture(scope="module")
def tour(sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    sandbox.settle()
    yield Tour(sandbox, tmp_path_factory.mktemp("tour"))
    sandbox.settle()


@pytest.mark.parametrize(("row", "line"), TOUR, ids=[line for _, line in TOUR])
def test_a_command_works_under_its_own_policy(tour: Tour, row: str, line: str) -> None:
    document = permitted.policy_of(row, tour.target).document
    done = tour.run(document, line)
    assert done.returncode in WELL, done.stdout + done.stderr
    assert not REFUSED.search(done.stdout + done.stderr)


def test_what_is_under_way_is_stopped_and_what_is_inactive_is_registered_again(
    tour: Tour,
) -> None:
    document = permitted.policy_of("rollback", tour.target).document
    words = ("deploy", "1.4.2-slow", "-e", "local", "--yes")
    with tour.sandbox.no_room_for_new_tasks():
        deploying = opsctl_in_background(tour.sandbox, *words)
        try:
            deploying.wait_for("Follow the deployment")
            deploying.send(signal.SIGINT)
            assert deploying.end() == Interrupted.code
            stopped = tour.run(document, "rollback --yes")
            assert stopped.returncode == 0, stopped.stderr
        finally:
            deploying.kill()
    tour.sandbox.settle()
    former = f"{tour.target.family}:2"
    tour.sandbox.client("ecs").deregister_task_definition(taskDefinition=former)
    again = tour.run(document, f"rollback --to {former} --yes")
    assert again.returncode == 0, again.stderr
    asked = tour.sandbox.ask("GET", "commands")["rollback"]
    assert {"ecs:StopServiceDeployment", "ecs:RegisterTaskDefinition"} <= set(asked)


@pytest.mark.parametrize(
    "row", ["status", "metrics", "diagnose all", "doctor", "alarms list", "backup list"]
)
def test_without_what_only_serves_checks_a_report_goes_on(tour: Tour, row: str) -> None:
    document = permitted.needed_only(row, tour.target, WORK)
    done = tour.run(document, row)
    assert done.returncode in WELL, done.stdout + done.stderr
    assert REFUSED.search(done.stdout + done.stderr)


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("status", "ecs:DescribeServices"),
        ("deploy 1.3.0 --yes", "ecr:BatchGetImage"),
        ("deploy 1.3.0 --yes", "ecs:RegisterTaskDefinition"),
        ("deploy 1.3.0 --yes", "iam:PassRole"),
        ("scale count 4 --yes", "ecs:UpdateService"),
        ("secrets rotate hf --value-from {file} --yes", "secretsmanager:PutSecretValue"),
        ("backup create s3 --name short --yes", "s3:ListBucketVersions"),
        ("user purge bob --confirm bob", "s3:ListBucketVersions"),
    ],
)
def test_without_one_action_it_is_no_access_and_the_action_is_named(
    tour: Tour, line: str, action: str
) -> None:
    words = line.partition(" --")[0].split()
    row = next(it for it in (" ".join(words[:n]) for n in (3, 2, 1)) if it in permissions.table())
    document = permitted.without(permitted.policy_of(row, tour.target).document, action)
    done = tour.run(document, line)
    assert done.returncode == NoAccess.code, done.stdout + done.stderr
    assert f"may not {action}" in done.stderr
    assert f"opsctl iam policy {shlex.quote(row)} --env local" in done.stderr
