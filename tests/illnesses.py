"""Every rule of the diagnosis with evidence that it answers to, and some that it leaves alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ill import NOW, ago, lines, numbers, secret, steady, task, user, well
from samples import arn, deployment, service

from opsctl.aws.app_clients import AppClient
from opsctl.aws.autoscaling import Activity, Bounds
from opsctl.aws.cloudwatch import Alarm
from opsctl.aws.cognito import DisabledUser
from opsctl.aws.endpoint import Answer
from opsctl.aws.load_balancer import TargetHealth
from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.finding import Finding, Rule
from opsctl.reports.diagnosis.log_lines import Served

SICK = "Task failed ELB health checks in (target-group tg)"
REFUSED = lines([("a sign-in was refused: this user is disabled", 6)])
RING = Alarm("high-error-rate", "ALARM", ago(4), "60 > 5", True)

# (rule, evidence, severity, a piece of the finding's text)
ILL: list[tuple[str, Evidence, str, str]] = [
    ("too-many-calls", well(throttled=("a",) * 14), "critical", "14 of 15 looks"),
    ("too-many-calls", well(throttled=("targets",)), "warning", "refused: targets"),
    ("no-answer", well(unanswered=("metrics", "alarms")), "warning", "no answer: metrics, alarms"),
    ("scaled-to-zero", well(service=service(desired=0, running=0)), "critical", "scaled to 0"),
    (
        "deployment-failed",
        well(deployments=(deployment(4, "ROLLBACK_SUCCESSFUL", created=ago(9), finished=ago(7)),)),
        "warning",
        "revision 4 failed",
    ),
    (
        "deployment-failed",
        well(deployments=(deployment(4, "ROLLBACK_FAILED", created=ago(59), finished=ago(55)),)),
        "critical",
        "opsctl rollback",
    ),
    (
        "deployment-failed",
        well(deployments=(deployment(4, "ROLLBACK_SUCCESSFUL", created=ago(50),
                                     finished=ago(45)),)),
        "notice",
        "the one before it serves",
    ),
    ("no-healthy-target", well(targets=()), "critical", "0 registered"),
    (
        "no-healthy-target",
        well(targets=(TargetHealth("t:1", "unhealthy", "Target.Timeout", ""),)),
        "critical",
        "Target.Timeout",
    ),
    (
        "unhealthy-targets",
        well(targets=(TargetHealth("t:1", "unhealthy", "", "codes: [500]"),
                      TargetHealth("t:2", "healthy", "", ""))),
        "warning",
        "t:1: codes: [500]",
    ),
    ("too-few-tasks", well(service=service(running=1)), "warning", "1 of 2"),
    ("too-few-tasks", well(service=service(running=0)), "critical", "0 of 2"),
    (
        "health-endpoint",
        well(health=Answer("http://x", False, 503, "HTTP 503", 8.0)),
        "critical",
        "HTTP 503",
    ),
    ("tasks-crash", well(stopped=(task(2), task(3))), "critical", "2 of revision 3"),
    ("tasks-crash", well(stopped=(task(10),)), "warning", "memory was at most 30 %"),
    (
        "tasks-crash",
        well(stopped=(task(2, task_definition=arn(4)), task(2, task_definition=arn(4)))),
        "warning",
        "2 of revision 4",
    ),
    ("tasks-crash", well(stopped=(task(40),)), "notice", "1 task died"),
    (
        "tasks-crash",
        well(stopped=(task(2), task(3)), numbers=numbers(memory=steady(99))),
        "critical",
        "Killed. Mostly for lack of memory",
    ),
    (
        "tasks-fail-health-checks",
        well(stopped=(task(1, stopped_reason=SICK), task(1, stopped=None, stopped_reason=SICK))),
        "critical",
        "2 tasks were stopped",
    ),
    (
        "tasks-cannot-start",
        well(stopped=(task(1, started=None, containers=(),
                           stopped_reason="CannotPullContainerError: not found"),)),
        "warning",
        "Image not found",
    ),
    (
        "server-errors",
        well(numbers=numbers(target_5xx={2: 20, 1: 30}), errors=lines([("boom", 50)])),
        "critical",
        "50 × in the log: boom",
    ),
    ("server-errors", well(numbers=numbers(target_5xx={1: 3})), "warning", "3 of 100 requests"),
    ("server-errors", well(numbers=numbers(target_5xx={30: 90})), "notice", "from 02:30:00 to"),
    ("balancer-errors", well(numbers=numbers(balancer_5xx={1: 40})), "critical", "(503)"),
    (
        "slow",
        well(numbers=numbers(latency_p50=steady(1.5), latency_p99=steady(1.6)),
             served=Served(40, 1501, 1600, "/", 2, 2)),
        "critical",
        "wait inside every request",
    ),
    ("slow", well(numbers=numbers(latency_p99=steady(4))), "warning", "Some answers are slow"),
    (
        "slow",
        well(numbers=numbers(latency_p99=steady(4), cpu=steady(97))),
        "warning",
        "too little CPU",
    ),
    (
        "slow",
        well(numbers=numbers(latency_p99=steady(4)), served=Served(40, 90, 4000, "/", 3, 1)),
        "warning",
        "Only some tasks are slow",
    ),
    (
        "no-room",
        well(service=service(desired=6, running=6), numbers=numbers(cpu=steady(97)),
             activities=(Activity(ago(3), "Failed", "", "", ("AlreadyAtMaxCapacity",)),)),
        "critical",
        "AlreadyAtMaxCapacity",
    ),
    (
        "no-room",
        well(service=service(desired=6, running=6), numbers=numbers(cpu=steady(86))),
        "warning",
        "scale bounds --max 12",
    ),
    ("memory-full", well(numbers=numbers(memory=steady(95))), "warning", "95 %"),
    (
        "autoscaling-suspended",
        well(bounds=Bounds(2, 6, ("DynamicScalingOut",))),
        "notice",
        "DynamicScalingOut",
    ),
    (
        "autoscaling-suspended",
        well(bounds=Bounds(2, 6, ("DynamicScalingOut",)), numbers=numbers(cpu=steady(95))),
        "warning",
        "CPU at most 95 %",
    ),
    (
        "table-throttled",
        well(numbers=numbers(read_throttles={2: 5, 1: 7}, read_throttles__KeyRange={2: 5, 1: 7},
                             throttled_requests__Query={2: 5})),
        "warning",
        "hot partition",
    ),
    (
        "table-throttled",
        well(numbers=numbers(write_throttles___GSI1={1: 7}, target_5xx={1: 30})),
        "critical",
        "7 throttled writes of index GSI1",
    ),
    (
        "table-throttled",
        well(numbers=numbers(write_throttles={1: 7}, write_throttles__AccountLimit={1: 7})),
        "warning",
        "raise the quota",
    ),
    (
        "sign-ins-throttled",
        well(numbers=numbers(sign_in_throttles={1: 9})),
        "warning",
        "Cognito throttles sign-ins: 9",
    ),
    ("user-state", well(no_such_user=True), "critical", "no such user"),
    ("user-state", well(user=user(enabled=False)), "critical", "opsctl user enable 6f0c2a58"),
    (
        "user-state",
        well(user=user(status="FORCE_CHANGE_PASSWORD")),
        "warning",
        "temporary password",
    ),
    ("user-pool-gone", well(gone="there is no user pool p"), "critical", "no user pool p"),
    (
        "sign-in-flow-not-allowed",
        well(client=AppClient("c", "app", True, ("ALLOW_USER_SRP_AUTH",), ())),
        "critical",
        "allowed: ALLOW_USER_SRP_AUTH",
    ),
    (
        "nobody-can-sign-in",
        well(errors=lines([("nobody can sign in: Cognito refuses this service", 4)])),
        "critical",
        "the app client has 1 secrets",
    ),
    (
        "disabled-user-refused",
        well(refused=REFUSED, disabled=(DisabledUser("sub-1", ago(6)), DisabledUser("x", NOW))),
        "warning",
        "opsctl user enable sub-1",
    ),
    ("disabled-user-refused", well(refused=REFUSED, disabled=()), "notice", "6 refusals"),
    (
        "sign-ins-fail",
        well(numbers=numbers(sign_ins=steady(10, 5), sign_ins_done=steady(1, 5))),
        "warning",
        "45 of 50 sign-ins failed",
    ),
    (
        "two-client-secrets",
        well(client=AppClient("c", "app", True, ("ALLOW_USER_PASSWORD_AUTH",),
                              (secret(90), secret(1)))),
        "notice",
        "revoke-old",
    ),
    ("error-lines", well(errors=lines([("boom", 12)])), "warning", "12 ERROR lines"),
    ("error-lines", well(errors=lines([("boom", 1)])), "notice", "1 ERROR line,"),
    ("alarms-ringing", well(alarms=(RING,)), "warning", "60 > 5"),
    ("no-alarms", well(alarms=()), "notice", "No alarm is known"),
]  # fmt: skip

HARMLESS: list[tuple[str, Callable[[], Evidence]]] = [
    ("too-few-tasks", lambda: well(service=service(running=1),
                                   deployments=(deployment(4, "IN_PROGRESS"),))),
    ("tasks-crash", lambda: well(stopped=(
        task(1, stopped_reason="Scaling activity initiated by (deployment d)"),))),
    ("tasks-crash", lambda: well(stopped=(task(61),))),
    ("server-errors", lambda: well(numbers=numbers(target_5xx={1: 2}))),
    ("server-errors", lambda: well(numbers=numbers(target_5xx={1: 4}, requests={1: 1000}))),
    ("slow", lambda: well(numbers=numbers(latency_p99={1: 4}, requests={1: 2}))),
    ("no-room", lambda: well(service=service(desired=6, running=6))),
    ("no-room", lambda: well(numbers=numbers(cpu=steady(97)))),
    ("sign-ins-fail", lambda: well(numbers=numbers(sign_ins={1: 6}, sign_ins_done={}))),
    ("health-endpoint", lambda: well(health=Answer("u", False, 503, "HTTP 503", 1), targets=())),
    ("error-lines", lambda: well(errors=lines([("boom", 50)]),
                                 numbers=numbers(target_5xx={1: 50}))),
    ("unhealthy-targets", lambda: well(targets=())),
]  # fmt: skip


def of(rules: Iterable[Rule]) -> list[tuple[Rule, Evidence, str, str]]:
    """The cases of some rules: rule, evidence, severity, a piece of the finding's text."""
    named = {rule.name: rule for rule in rules}
    return [(named[name], *case) for name, *case in ILL if name in named]


def left_alone(rules: Iterable[Rule]) -> list[tuple[Rule, Evidence]]:
    """What these rules must not find anything in."""
    named = {rule.name: rule for rule in rules}
    return [(named[name], made()) for name, made in HARMLESS if name in named]


def words(it: Finding) -> str:
    """All that a finding says."""
    return "\n".join((it.title, *it.evidence, it.likely, it.next_command))


def check(rule: Rule, evidence: Evidence, severity: str, said: str) -> None:
    """A rule finds what it is for, as severe as that, and says so."""
    finding = rule.find(evidence)
    assert finding is not None
    assert said in words(finding)
    assert finding.severity == severity
