"""What RUNBOOK.md says to do by hand: its blocks, filled in as an operator does, and run by bash.

`aws` is awscli itself (see `warm_aws`), which talks to the sandbox. An operator fills in what is
assigned in a block or at the top of the runbook, `TAG=1.3.0`, and nothing else; so do the tests.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from running import RunningSandbox, until

from opsctl.errors import TimedOut
from opsctl.sandbox import shell_env

RUNBOOK = Path(__file__).parents[1] / "RUNBOOK.md"
NEEDED = ("bash", "jq", "curl", "git")
_FENCE = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_BY_HAND = re.compile(r"^\*\*By hand\*\*(.*?)(?=^\*\*[A-Z]|\Z)", re.MULTILINE | re.DOTALL)

_TESTS = "tests/journeys/test_by_hand_"

SECTIONS: dict[str, str] = {
    title: f"{_TESTS}{test}"
    for title, test in {
        "See how the service stands": "reports.py::test_how_the_service_stands",
        "Watch the service": "reports.py::test_watching_goes_on_until_ctrl_c",
        "Watch the logs": "logs.py::test_a_tail_by_hand_shows_each_event_once_and_late_ones_too",
        "Search the logs": "logs.py::test_a_search_finds_the_same_lines",
        "Query the logs": "logs.py::test_a_query_has_the_same_rows",
        "Verify a deployment": "reports.py::test_verification_tells_what_opsctl_does",
        "Check before a deployment": "releases.py::test_what_is_checked_before_a_deployment",
        "Deploy a release": "releases.py::test_a_release",
        "Build and deploy an image": "releases.py::test_an_image_that_is_built_here",
        "Release by a git tag": "releases.py::test_a_tag",
        "Deploy with Terraform": "releases.py::test_terraform",
        "Roll back a release": "releases.py::test_a_rollback",
        "Restart the service": "releases.py::test_a_restart",
        "See how old the secrets are": "secrets.py::test_how_old_they_are",
        "Rotate the Hugging Face key": "secrets.py::test_the_key_of_hugging_face",
        "Rotate the Cognito client secret": "secrets.py::test_the_secret_of_the_app_client",
        "Rotate an access key": "secrets.py::test_an_access_key_in_three_stages",
        "Scale the service": "scaling.py::test_the_count",
        "Change the autoscaling bounds": "scaling.py::test_the_bounds",
        "Change the CPU target": "scaling.py::test_the_cpu_target",
        "Change the size of the tasks": "scaling.py::test_the_size_of_the_tasks",
        "Take back a run": "incidents.py::test_the_journal_is_read_without_opsctl",
        "Run an incident": "incidents.py::test_an_incident_afterwards",
        "See the alarms": "alarms.py::test_every_alarm_with_its_state_and_its_silence",
        "Silence an alarm": "alarms.py::test_a_silence",
        "End a silence": "alarms.py::test_the_end_of_a_silence",
        "See the metrics": "reports.py::test_metrics",
        "High error rate": "reports.py::test_a_high_error_rate",
        "High latency": "reports.py::test_a_high_latency",
        "Authentication failures": "reports.py::test_failures_of_authentication",
        "DynamoDB throttling": "reports.py::test_throttling_of_the_table_and_of_its_index",
        "See who did what": "incidents.py::test_who_did_what",
        "Block an address": "incidents.py::test_an_address",
        "Unblock an address": "incidents.py::test_an_address_is_let_in_again",
        "Disable a user": "incidents.py::test_a_user",
        "Enable a user": "incidents.py::test_a_user",
        "Erase a user's data": "erasure.py::test_everything_of_one_user_and_nothing_of_another",
        "Back up the bucket": "bucket.py::test_a_backup",
        "Restore the bucket": "bucket.py::test_what_was_spoilt_comes_back_by_its_versions",
        "Prune backups of the bucket": "bucket.py::test_a_rule_beside_those_that_are_there",
        "Back up the table": "table.py::test_a_backup_with_what_it_does_not_hold",
        "Restore the table": "table.py::test_a_restore_of_a_backup",
        "Switch to a restored table": "table.py::test_a_restored_table_is_served",
        "Prune backups of the table": "table.py::test_the_oldest_backup_is_pruned",
        "Find out whether now is a time for changes": "reports.py::test_what_time_it_is",
        "Open the dashboard": "reports.py::test_the_dashboard",
        "Freeze an environment": "incidents.py::test_a_freeze_is_read_without_opsctl",
        "Grant what a command needs": "permissions.py::test_a_policy_is_given_and_taken_away",
    }.items()
}
"""Section of RUNBOOK.md → the test that runs its By hand part."""

NOT_RUN: dict[tuple[str, int], str] = {
    ("Watch the logs", 0): "`aws logs tail` is version 2's alone; the awscli of PyPI is version 1",
}
"""Blocks that no test types, and why."""

WORDS_ONLY: dict[str, str] = {
    "Find out what is wrong": "it names the sections that follow, each of which is run",
    "Find somebody": "it names the file to read, where the commands read it, too",
}
"""Sections whose By hand part holds no command, and why that is right."""

TYPED: set[tuple[str, int]] = set()
"""Blocks that a test of this process has typed, and that ended well."""


@cache
def runbook() -> dict[str, str]:
    """Title → text of each section, in order. The text before the first is under ``."""
    titles = re.split(r"^## (.+)\n", RUNBOOK.read_text(), flags=re.MULTILINE)
    return {"": titles[0], **dict(zip(titles[1::2], titles[2::2], strict=True))}


def words(title: str) -> str:
    """The By hand part of a section, as it stands there."""
    found = _BY_HAND.search(runbook()[title])
    assert found, f"{title}: it does not say how to do it by hand"
    return found[1]


def blocks(title: str) -> list[str]:
    """The bash blocks of a section's By hand part; of ``, the block of names."""
    return _FENCE.findall(words(title) if title else runbook()[""])


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with other values in its first assignments of these names.

    Fails for a name that is not assigned there, so that no test fills in what nobody can.
    """
    for name, value in values.items():
        place = re.search(rf"(?<![\w$-]){name}=(\"[^\"]*\"|'[^']*'|[^\s;)]*)", text)
        if place is None:
            raise LookupError(f"nothing assigns {name} in:\n{text}")
        text = f"{text[: place.start()]}{name}={shlex.quote(value)}{text[place.end() :]}"
    return text


def spoilt(text: str, instead: Mapping[str, str]) -> str:
    """The text with a mistake in it: other words in place of some that are there."""
    for there, other in instead.items():
        if there not in text:
            raise LookupError(f"“{there}” does not stand in:\n{text}")
        text = text.replace(there, other)
    return text


@dataclass(frozen=True)
class Done:
    """How a block ended."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[Any]:
        """Every JSON document of the output, in order; lines between them are passed over."""
        found, text, decoder = [], self.out, json.JSONDecoder()
        while start := re.search(r"^[\[{]", text, re.MULTILINE):
            try:
                document, end = decoder.raw_decode(text, start.start())
                found.append(document)
            except ValueError:
                end = start.end()
            text = text[end:]
        return found

    @property
    def rows(self) -> list[list[str]]:
        """The lines of the output, taken apart at tabs."""
        return [line.split("\t") for line in self.out.splitlines()]


@dataclass(frozen=True)
class Hand:
    """An operator at the sandbox without opsctl."""

    sandbox: RunningSandbox
    folder: Path
    """Where the commands are typed, and leave their files."""
    programs: Path
    """The folder with `aws`."""
    path: list[Path] = field(default_factory=list)
    """Folders of other programs, before all others."""

    def names(self) -> dict[str, str]:
        """What is filled in at the top of the runbook."""
        names = self.sandbox.found["names"]
        return {
            "AWS_REGION": self.sandbox.found["region"],
            "CLUSTER": names["cluster"],
            "SERVICE": names["service"],
            "FAMILY": names["family"],
            "REPOSITORY": names["repository"],
            "GROUP": names["log_group"],
            "SECRET": names["secret"],
            "BUCKET": names["bucket"],
            "BACKUP_BUCKET": names["backup_bucket"],
            "TABLE": names["table"],
            "POOL": names["user_pool"],
            "CLIENT": names["user_pool_client"],
            "ALARMS": names["alarm_prefix"],
            "SUFFIX": names["alarm_suffix"],
            "APP_URL": self.sandbox.app_url,
        }

    def script(
        self,
        title: str,
        part: int | None = None,
        *,
        fill: Mapping[str, str] | None = None,
        instead: Mapping[str, str] | None = None,
    ) -> str:
        """The names, and one block of a section, or all of them one after the other."""
        chosen = blocks(title) if part is None else [blocks(title)[part]]
        assert chosen, f"{title}: there is nothing to type"
        (top,) = blocks("")
        text = spoilt(filled("\n".join(chosen), fill or {}), instead or {})
        return f"set -euo pipefail\n{filled(top, self.names())}\necho\n{text}"

    def environ(self) -> dict[str, str]:
        """What the operator's shell has: the sandbox's keys, and nothing of the tests' own."""
        places = [str(it) for it in (*self.path, self.programs)]
        return {
            **self.sandbox.environ,
            **shell_env.variables(self.sandbox.environ),
            "PATH": os.pathsep.join([*places, self.sandbox.environ["PATH"]]),
            "HOME": str(self.folder),
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def do(
        self,
        title: str,
        part: int | None = None,
        *,
        typed: str = "",
        code: int | None = 0,
        ended_when: Callable[[str], bool] | None = None,
        folder: Path | None = None,
        more: Mapping[str, str] | None = None,
        **changes: Mapping[str, str],
    ) -> Done:
        """Types what a section says, `typed` being answers on standard input.

        `code` is what it must end with, None for any failure; `more` is what the shell has
        besides. A block that goes on for ever is
        ended by Ctrl-C when `ended_when` holds of its output.
        """
        script = self.folder / "block.sh"
        script.write_text(self.script(title, part, **changes))
        with (self.folder / ".out").open("w+") as out, (self.folder / ".err").open("w+") as err:
            process = subprocess.Popen(
                ["bash", str(script)],
                cwd=folder or self.folder,
                env={**self.environ(), **(more or {})},
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                text=True,
                start_new_session=True,
            )
            try:
                if ended_when:
                    _interrupt(process, lambda: ended_when(Path(out.name).read_text()))
                process.communicate(typed, timeout=120)
            finally:
                process.kill()
            done = Done(process.returncode, *(Path(it.name).read_text() for it in (out, err)))
        failed = done.code != 0 if code is None else done.code == code
        assert failed or ended_when, f"{title} ended with {done.code}:\n{done.out}\n{done.err}"
        if (done.code == 0 or ended_when) and not changes.get("instead"):
            TYPED.update((title, it) for it in range(len(blocks(title))) if part in (None, it))
        return Done(done.code, _after_the_names(done.out), done.err)


def _interrupt(process: subprocess.Popen[str], holds: Callable[[], bool]) -> None:
    """Ctrl-C as soon as something holds, and again: one that comes between two commands of a loop
    ends only the one of them."""
    until(lambda: holds() or process.poll() is not None, 60)
    deadline = time.monotonic() + 30
    while process.poll() is None:
        assert time.monotonic() < deadline, "Ctrl-C does not end it"
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.2)


def _after_the_names(text: str) -> str:
    """The output without that of the names, which an empty line ends."""
    return text.partition("\n\n")[2]


def compare(
    state: Callable[[], Any],
    by_opsctl: Callable[[], object],
    back: Callable[[], object],
    by_hand: Callable[[], object],
    *mistaken: Callable[[], object],
) -> None:
    """Whether what is typed by hand leaves AWS as opsctl's command does, from one same beginning.

    `state` reads AWS, `back` puts it back. Each of `mistaken` types a block with a mistake in it,
    which must fail, or leave another end: a comparison that notices nothing proves nothing.
    """
    before = state()
    by_opsctl()
    wanted = state()
    assert wanted != before, "the command changed nothing that is looked at"
    back()
    assert state() == before, "the beginning is another one"
    by_hand()
    assert state() == wanted
    for mistake in mistaken:
        back()
        with contextlib.suppress(AssertionError):
            mistake()
            assert state() == wanted
            raise ValueError("a mistake in the block was not noticed")
    back()


def opsctl(sandbox: RunningSandbox, *words: str, code: int = 0) -> dict[str, Any]:
    """One command of opsctl to its end; answers its JSON document."""
    done = sandbox.opsctl(*words, "-e", "local", "-o", "json")
    assert done.returncode == code, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def changed(sandbox: RunningSandbox, *words: str) -> Callable[[], dict[str, Any]]:
    """A command of opsctl that changes something, to be given."""
    return lambda: opsctl(sandbox, *words, "--yes")


@contextlib.contextmanager
def paused_deployments(sandbox: RunningSandbox) -> Iterator[None]:
    """Deployments pause before they start a task: what a service is told is compared, for which
    nothing has to run. In the end the service is as it was."""
    sandbox.ask("POST", "pause", {"stage": "PRE_SCALE_UP"})
    try:
        yield
    finally:
        try:
            # While it is still paused: it must not end before it is stopped.
            stop_deployment(sandbox)
        finally:
            sandbox.ask("DELETE", "pause")


def stop_deployment(sandbox: RunningSandbox) -> None:
    """Rolls back the deployment that is under way, by plain calls; returns when that is done."""
    ecs, names = sandbox.client("ecs"), sandbox.found["names"]
    place = {"cluster": names["cluster"], "service": names["service"]}
    under_way = ecs.list_service_deployments(**place, status=["PENDING", "IN_PROGRESS"])
    for it in under_way["serviceDeployments"]:
        ecs.stop_service_deployment(
            serviceDeploymentArn=it["serviceDeploymentArn"], stopType="ROLLBACK"
        )
    sandbox.settle()


def deployed(sandbox: RunningSandbox, *words: str) -> Callable[[], dict[str, Any]]:
    """A command of opsctl that deploys something, to be given; it follows a paused deployment for
    a second."""
    code = TimedOut.code
    return lambda: opsctl(sandbox, *words, "--yes", "--timeout", "1s", code=code)
