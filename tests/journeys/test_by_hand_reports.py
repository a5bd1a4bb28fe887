"""By hand: the questions have the same answers as through opsctl."""

from __future__ import annotations

import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from at_aws import AtAws
from by_hand import Hand
from running import RunningSandbox, until

pytestmark = pytest.mark.journey

STATUS, VERIFY = "See how the service stands", "Verify a deployment"


def report(sandbox: RunningSandbox, *words: str) -> dict[str, Any]:
    """What opsctl answers, whether it is good or bad."""
    import json

    done = sandbox.opsctl(*words, "-e", "local", "-o", "json")
    assert done.returncode in (0, 30), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["result"]
    return found


def test_how_the_service_stands(hand: Hand, aws: AtAws, steady: RunningSandbox) -> None:
    alarm = "image-caption-gen-high-latency-local"
    aws.cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="a journey")
    done = hand.do(STATUS)
    wanted = report(steady, "status")
    aws.cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="a journey")
    described, targets, alarms, bounds = done.documents
    assert described["failures"] == []
    service, known = described["service"], wanted["service"]
    assert (service["live"], service["desired"]) == (known["task_definition"], known["desired"])
    assert service["running"] == known["running"]
    assert {f"{it['target']}:{it['port']}": it["state"] for it in targets} == {
        it["target"]: it["state"] for it in wanted["targets"]
    }
    ringing = {it["name"] for it in wanted["alarms"] if it["state"] == "ALARM"}
    assert alarm in {it["alarm"] for it in alarms} == ringing
    assert bounds == [{"min": 2, "max": 6}]
    assert done.out.rstrip().endswith("ok")


def test_a_service_that_is_not_there_is_told(hand: Hand) -> None:
    done = hand.do(STATUS, instead={"--services $SERVICE": "--services nobody"}, code=None)
    (described, *_) = done.documents
    assert [it["reason"] for it in described["failures"]] == ["MISSING"]
    assert described["service"] is None


def test_watching_goes_on_until_ctrl_c(hand: Hand) -> None:
    done = hand.do(
        "Watch the service",
        fill={"EVERY": "0.1"},
        ended_when=lambda text: text.count("200 in ") >= 2,
    )
    assert len(done.documents) >= 2
    assert {it["state"] for it in done.documents} <= {"COMPLETED", "IN_PROGRESS"}


def test_verification_tells_what_opsctl_does(
    hand: Hand, aws: AtAws, steady: RunningSandbox
) -> None:
    hand.do("Deploy a release", fill={"TAG": "1.3.0"})
    steady.settle()
    until(lambda: len(targets_in(aws)) == 2)
    newest, service, targets = hand.do(VERIFY).documents
    assert report(steady, "verify")["revision"] == service["live"].rpartition("/")[2]
    assert newest["status"] == "SUCCESSFUL"
    assert service["running"] == service["desired"] == 2
    assert {it["state"] for it in targets} == {"healthy"}


def targets_in(aws: AtAws) -> list[Any]:
    group = aws.service()["loadBalancers"][0]["targetGroupArn"]
    found = aws.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    return list(found)


def test_verification_fails_where_the_service_does_not_answer(hand: Hand) -> None:
    failed = hand.do(VERIFY, instead={"$APP_URL/_stcore/health": "$APP_URL/nothing"}, code=None)
    assert "404" in failed.err


def minute(at: float | str) -> str:
    """A time to the minute: seconds in version 1 of the CLI, ISO 8601 elsewhere."""
    told = at if isinstance(at, str) else datetime.fromtimestamp(at, UTC).isoformat()
    return told[:16]


def test_metrics(hand: Hand, aws: AtAws, steady: RunningSandbox) -> None:
    for _ in range(3):
        urllib.request.urlopen(f"{steady.app_url}/", timeout=10).close()
    until(lambda: report(steady, "metrics")["series"]["latency_p50"]["points"])
    documents = hand.do("See the metrics").documents
    series = report(steady, "metrics")["series"]
    rows = [it for each in documents for it in each]
    for name in ("p50", "p99"):
        points = {minute(it["at"]): it["seconds"][name] for it in rows if "seconds" in it}
        # The minute that is under way goes on between the two looks.
        wanted = {minute(it["at"]): it["value"] for it in series[f"latency_{name}"]["points"]}
        both = sorted(set(points) & set(wanted))
        assert len(both) >= len(wanted) - 1
        assert all(points[it] == pytest.approx(wanted[it]) for it in both[:-1])
    assert {"RequestCount", "CPUUtilization", "MemoryUtilization"} <= {
        it["metric"] for it in rows if "metric" in it
    }
    with_the_whole_arn = {"${LB#*:loadbalancer/} Name": "$LB Name"}
    assert hand.do("See the metrics", instead=with_the_whole_arn).documents[0] == []


def test_a_high_error_rate(hand: Hand, aws: AtAws, steady: RunningSandbox) -> None:
    task = min(aws.tasks())
    aws.ecs.stop_task(cluster=aws.place["cluster"], task=task, reason="by hand")
    until(lambda: task not in aws.tasks())
    steady.settle()
    steady.ask("POST", "log-burst", {"events": 3, "level": "ERROR"})
    done = hand.do("High error rate")
    steady.ask("DELETE", "log-burst")
    targets, running, stopped, *_ = done.documents
    assert len([it for it in targets if it["state"] == "healthy"]) >= 1
    assert {it["task"] for it in running} == aws.tasks()
    assert {it["task"]: it["why"] for it in stopped}[task] == "by hand"
    assert done.out.count('"logger": "burst"') == 3


def test_a_high_latency(hand: Hand, steady: RunningSandbox) -> None:
    bounds, activities = hand.do("High latency").documents
    wanted = report(steady, "status")
    assert bounds == [{"min": wanted["bounds"]["minimum"], "max": wanted["bounds"]["maximum"]}]
    assert len(activities) == len(wanted["activities"])


def test_failures_of_authentication(hand: Hand, aws: AtAws) -> None:
    pool = aws.names["user_pool"]
    aws.cognito_idp.admin_disable_user(UserPoolId=pool, Username="carol")
    try:
        title = "Authentication failures"
        client, secrets, user, disabled = hand.do(title, fill={"NAME": "carol"}).documents
        assert "ALLOW_USER_PASSWORD_AUTH" in client["flows"]
        assert [it["secret"] for it in secrets] == aws.client_secrets()
        assert (user["enabled"], user["status"]) == (False, "CONFIRMED")
        found = aws.cognito_idp.admin_get_user(UserPoolId=pool, Username="carol")
        subs = [it["Value"] for it in found["UserAttributes"] if it["Name"] == "sub"]
        assert [it["sub"] for it in disabled] == subs
        refused = hand.do(title, fill={"NAME": "nobody"}, code=None)
        assert "UserNotFoundException" in refused.err
    finally:
        aws.cognito_idp.admin_enable_user(UserPoolId=pool, Username="carol")


def test_throttling_of_the_table_and_of_its_index(hand: Hand, aws: AtAws) -> None:
    table = {"Name": "TableName", "Value": aws.names["table"]}
    index = {"Name": "GlobalSecondaryIndexName", "Value": "GSI1"}
    at = datetime.now(UTC) - timedelta(minutes=2)
    for dimensions, value in (([table], 7.0), ([table, index], 3.0)):
        aws.cloudwatch.put_metric_data(
            Namespace="AWS/DynamoDB",
            MetricData=[
                {
                    "MetricName": "ReadThrottleEvents",
                    "Dimensions": dimensions,
                    "Timestamp": at,
                    "Value": value,
                }
            ],
        )
    lines = hand.do("DynamoDB throttling").out.splitlines()
    of_the_table = lines.index("ReadThrottleEvents of the table")
    assert lines[of_the_table + 1].endswith("\t7.0")
    assert lines[lines.index("ReadThrottleEvents GSI1") + 1].endswith("\t3.0")
    after = lines[lines.index("WriteThrottleEvents of the table") + 1]
    assert after == "WriteThrottleEvents GSI1", "no point, no line"


def test_what_time_it_is(hand: Hand) -> None:
    before = datetime.now(UTC)
    told = hand.do("Find out whether now is a time for changes").out.strip()
    around = (before, datetime.now(UTC))
    assert told in {it.strftime("%A %Y-%m-%d %H:%M UTC") for it in around}


def test_the_dashboard(hand: Hand, aws: AtAws) -> None:
    body = '{"widgets": []}'
    other = "image-caption-gen-a-staging"
    aws.cloudwatch.put_dashboard(DashboardName=other, DashboardBody=body)
    told = hand.do("Open the dashboard").out.strip()
    aws.cloudwatch.delete_dashboards(DashboardNames=[other])
    assert told.startswith(
        "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#"
    )
    assert told.endswith("/image-caption-gen-local")
