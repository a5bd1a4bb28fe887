"""Journeys of a protected environment with a calendar: refused, overridden, told of."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lookalike import Lookalike, Slack, closed_now, open_now, slack
from running import RunningSandbox

from opsctl.aws.reads import only_reads

pytestmark = pytest.mark.journey

TARGET = ("scale", "cpu-target", "75", "--confirm", "stage")
"""Moderate: above what is set."""
BACK = ("scale", "cpu-target", "70", "--confirm", "stage")
"""Mild: below it."""


@pytest.fixture
def stage(steady: RunningSandbox, tmp_path: Path) -> Lookalike:
    it = Lookalike(steady, tmp_path)
    it.write()
    it.opsctl(*BACK)
    steady.ask("DELETE", "calls")
    return it


@pytest.fixture
def hook() -> Iterator[Slack]:
    with slack() as it:
        yield it


class Heard:
    """A topic, and a queue that hears it."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sqs = sandbox.client("sqs")
        sns = sandbox.client("sns")
        self.topic = sns.create_topic(Name="changes")["TopicArn"]
        self.queue = self.sqs.create_queue(QueueName="heard")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])
        queue = arn["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=queue)
        self.messages()  # those of an earlier journey: a queue may be purged once a minute only

    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while got := self.sqs.receive_message(QueueUrl=self.queue).get("Messages"):
            found += [json.loads(it["Body"]) for it in got]
            for it in got:
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=it["ReceiptHandle"])
        return found


def changed(sandbox: RunningSandbox) -> set[str]:
    return {
        f"{it['service']}:{it['operation']}"
        for it in sandbox.calls()
        if it["access_key"] == "test" and not only_reads(it["service"], it["operation"])
    }


def test_outside_the_windows_a_change_is_refused_until_it_is_an_emergency(
    stage: Lookalike, hook: Slack
) -> None:
    stage.write(closed_now(), 'notify = ["slack"]')
    environ = {"OPSCTL_SLACK_WEBHOOK": hook.url}
    for words in (TARGET, (*TARGET, "--dry-run")):
        refused = stage.opsctl(*words, **environ)
        assert refused.returncode == 13, refused.stderr
        assert "Changes are made again from " in refused.stderr
        assert "--emergency --reason TEXT" in refused.stderr
    no_reason = stage.opsctl(*TARGET, "--emergency", **environ)
    assert no_reason.returncode == 2
    assert changed(stage.sandbox) == set()
    assert hook.texts == []

    words = (*TARGET, "--emergency", "--reason", "users see 503", "-o", "json")
    done = stage.opsctl(*words, **environ)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["plan"]["emergency"] == "outside the maintenance windows"
    assert "1h notice is owed" in " ".join(document["plan"]["notes"])
    before, after = hook.texts
    for text in (before, after):
        assert "EMERGENCY, outside the maintenance windows" in text
        assert "users see 503" in text
    assert before.split("\n")[0].endswith(": begins")
    assert after.split("\n")[0].endswith(": done")
    shown = stage.opsctl("history", "show", "last").stdout
    assert "emergency  outside the maintenance windows" in shown
    assert "Slack ($OPSCTL_SLACK_WEBHOOK), told after" in shown

    undo = ("undo", "last", "--confirm", "stage")
    assert stage.opsctl(*BACK, **environ).returncode == 0, "what is mild passes"
    assert stage.opsctl(*undo, **environ).returncode == 13, "its undo is moderate"


def test_in_a_freeze_a_window_does_not_help(stage: Lookalike) -> None:
    year = time.gmtime().tm_year
    freeze = f'freezes = [{{ from = "{year}-01-01", to = "{year + 1}-12-31", reason = "sale" }}]'
    stage.write(open_now(), freeze)
    refused = stage.opsctl(*TARGET)
    assert refused.returncode == 13
    assert "stage is frozen until " in refused.stderr
    assert ": sale." in refused.stderr
    stage.write(open_now())
    assert stage.opsctl(*TARGET).returncode == 0
    assert "OPEN  stage" in stage.opsctl("windows").stdout


def test_a_topic_and_a_webhook_in_a_secret_are_told_and_only_the_change_is_changed(
    stage: Lookalike, hook: Slack
) -> None:
    heard, secrets = Heard(stage.sandbox), stage.sandbox.client("secretsmanager")
    secrets.create_secret(Name="hook", SecretString=json.dumps({"webhook": hook.url}))
    try:
        stage.write(f'notify = ["slack:hook", "sns:{heard.topic}"]')
        stage.sandbox.ask("DELETE", "calls")
        dry = stage.opsctl(*TARGET, "--dry-run", "--debug")
        assert "Told before and after: Slack (secret hook), SNS topic changes" in dry.stdout
        assert (hook.texts, heard.messages()) == ([], [])
        stage.sandbox.ask("DELETE", "calls")
        done = stage.opsctl(*TARGET, "--debug")
        assert done.returncode == 0, done.stderr
        made = changed(stage.sandbox)
        assert made == {"sns:Publish", "application-autoscaling:PutScalingPolicy"}
        assert "hush" not in done.stderr + done.stdout
        first, last = heard.messages()
        assert (first["MessageAttributes"]["status"]["Value"], len(hook.texts)) == ("begins", 2)
        assert last["Subject"] == "[opsctl] stage: scale cpu-target: done"
        assert stage.opsctl("doctor").stdout.count("✓ notices") == 1
    finally:
        secrets.delete_secret(SecretId="hook", ForceDeleteWithoutRecovery=True)


def test_a_webhook_that_fails_is_said_and_stops_nothing(stage: Lookalike, hook: Slack) -> None:
    hook.status = 404
    stage.write('notify = ["slack"]')
    done = stage.opsctl(*TARGET, "-o", "json", OPSCTL_SLACK_WEBHOOK=hook.url)
    assert done.returncode == 0, done.stderr
    words = "Not told before the change: Slack ($OPSCTL_SLACK_WEBHOOK): it answered HTTP 404"
    assert words in done.stderr
    notices = json.loads(done.stdout)["result"]["notices"]
    assert [(it["when"], it["ok"]) for it in notices] == [("before", False), ("after", False)]
    shown = stage.opsctl("history", "show", "last").stdout
    assert "not told after: it answered HTTP 404" in shown
    assert stage.opsctl("history", "--verify").returncode == 0


def test_ctrl_c_is_told(stage: Lookalike, hook: Slack) -> None:
    stage.write('notify = ["slack"]')
    stage.sandbox.ask("POST", "faults", {"operation": "UpdateService", "latency": 2})
    try:
        process = subprocess.Popen(
            stage.command("scale", "count", "3", "--yes"),
            env={**stage.environ, "OPSCTL_SLACK_WEBHOOK": hook.url},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        while "Z 1/2" not in (line := process.stderr.readline()):
            assert line, "it ended before its first step"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=120)
    finally:
        stage.sandbox.ask("DELETE", "faults")
    assert process.returncode == 22, said
    assert [text.split("\n")[0].rpartition(": ")[2] for text in hook.texts] == [
        "begins",
        "interrupted (exit 22)",
    ]


def test_of_who_was_erased_nobody_is_told(stage: Lookalike, hook: Slack) -> None:
    name = "mallory.o'neil"
    cognito, names = stage.sandbox.client("cognito-idp"), stage.sandbox.found["names"]
    mail = "mallory@example.org"
    cognito.admin_create_user(
        UserPoolId=names["user_pool"],
        Username=name,
        UserAttributes=[{"Name": "email", "Value": mail}],
    )
    heard = Heard(stage.sandbox)
    stage.write(f'notify = ["slack", "sns:{heard.topic}"]')
    done = stage.opsctl(
        *("user", "purge", "--confirm", name, "--reason", "request 7", "-o", "json"),
        text=f"{name}\n",
        OPSCTL_SLACK_WEBHOOK=hook.url,
    )
    assert done.returncode == 0, done.stderr
    told = "\n".join([*hook.texts, *(json.dumps(it) for it in heard.messages())])
    assert len(hook.texts) == 2
    assert "stage: Erase a user's data: done" in told
    for word in ("mallory", "neil", mail, "request 7", "user-"):
        assert word not in told
