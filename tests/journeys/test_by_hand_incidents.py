"""By hand: addresses and users are kept out as through opsctl; and what was done is found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from at_aws import AtAws
from by_hand import Hand, changed, compare, opsctl, paused_deployments
from running import RunningSandbox

pytestmark = pytest.mark.journey

ATTACKER = "8.8.4.4/32"
BLOCK, UNBLOCK = "Block an address", "Unblock an address"


def write(aws: AtAws, addresses: list[str]) -> None:
    """The set with these addresses, whoever wrote it before."""
    listed = aws.wafv2.list_ip_sets(Scope="CLOUDFRONT")["IPSets"]
    (found,) = (it for it in listed if it["Name"] == "blocked-ips")
    words = {"Name": "blocked-ips", "Scope": "CLOUDFRONT", "Id": found["Id"]}
    now = aws.wafv2.get_ip_set(**words)
    aws.wafv2.update_ip_set(
        **words,
        Addresses=addresses,
        LockToken=now["LockToken"],
        Description=now["IPSet"]["Description"],
    )


@pytest.fixture
def there(sandbox: RunningSandbox, aws: AtAws) -> Iterator[list[str]]:
    """What the set holds; so it is left, too."""
    addresses = aws.ip_set()["addresses"]
    yield addresses
    write(aws, addresses)
    noted = Path(sandbox.environ["XDG_STATE_HOME"]) / "opsctl" / "blocks" / "local.json"
    noted.unlink(missing_ok=True)


def test_an_address(hand: Hand, aws: AtAws, there: list[str]) -> None:
    fill = {"ADDRESS": ATTACKER}
    compare(
        aws.ip_set,
        changed(hand.sandbox, "security", "block-ip", ATTACKER),
        partial(write, aws, there),
        partial(hand.do, BLOCK, fill=fill),
        partial(hand.do, BLOCK, fill=fill, instead={".IPSet.Addresses + [$address]": "[$address]"}),
        partial(hand.do, BLOCK, fill={"ADDRESS": "8.8.4.4"}),
        partial(hand.do, BLOCK, fill={**fill, "NAME": "blocked_ips"}),
    )


def test_an_address_again_and_a_rival(hand: Hand, aws: AtAws, there: list[str]) -> None:
    hand.do(BLOCK, fill={"ADDRESS": there[0]})
    assert aws.ip_set()["addresses"] == there
    # Somebody else writes the set between the read and the write.
    rival = {
        "jq --arg address": "aws wafv2 update-ip-set --region $REGION --scope $SCOPE "
        "--name $NAME --id $ID --addresses 9.9.9.9/32 "
        "--lock-token $(jq -r .LockToken set.json); jq --arg address"
    }
    refused = hand.do(BLOCK, fill={"ADDRESS": ATTACKER}, instead=rival, code=None)
    assert "WAFOptimisticLockException" in refused.err
    assert aws.ip_set()["addresses"] == ["9.9.9.9/32"]


def test_an_address_is_let_in_again(hand: Hand, aws: AtAws, there: list[str]) -> None:
    gone = next(it for it in there if it.endswith("/32"))
    compare(
        aws.ip_set,
        changed(hand.sandbox, "security", "unblock-ip", gone),
        partial(write, aws, there),
        partial(hand.do, UNBLOCK, fill={"ADDRESS": gone}),
        partial(hand.do, UNBLOCK, fill={"ADDRESS": ATTACKER}),
        partial(hand.do, UNBLOCK, fill={"ADDRESS": gone}, instead={"- [$address]": "- ."}),
    )
    refused = hand.do(UNBLOCK, fill={"ADDRESS": ATTACKER}, code=None)
    assert f"{ATTACKER} is not in the set" in refused.err


@pytest.fixture
def bob(aws: AtAws) -> Iterator[partial[None]]:
    """What lets bob in again; so he is left."""
    words = {"UserPoolId": aws.names["user_pool"], "Username": "bob"}
    back = partial(aws.cognito_idp.admin_enable_user, **words)
    yield back
    back()


def test_a_user(hand: Hand, aws: AtAws, bob: partial[None]) -> None:
    compare(
        partial(aws.user, "bob"),
        changed(hand.sandbox, "user", "disable", "bob"),
        bob,
        partial(hand.do, "Disable a user", 1, fill={"NAME": "bob"}),
        partial(hand.do, "Disable a user", 1, fill={"NAME": "bobby"}),
    )
    hand.sandbox.ask("DELETE", "calls")
    (found,) = hand.do("Disable a user", 0, fill={"EMAIL": "bob@example.com"}).documents
    assert [it["username"] for it in found] == ["bob"]
    hand.do("Disable a user", 1, fill={"NAME": "bob"})
    done = [it["operation"] for it in hand.sandbox.calls()]
    assert done.index("AdminDisableUser") < done.index("AdminUserGlobalSignOut")
    assert aws.user("bob") == {"enabled": False, "status": "CONFIRMED"}

    undone = partial(aws.cognito_idp.admin_disable_user, UserPoolId=aws.names["user_pool"])
    compare(
        partial(aws.user, "bob"),
        changed(hand.sandbox, "user", "enable", "bob"),
        partial(undone, Username="bob"),
        partial(hand.do, "Enable a user", fill={"NAME": "bob"}),
    )


def test_who_did_what(hand: Hand, aws: AtAws) -> None:
    aws.iam.create_user(UserName="intruder")
    aws.iam.delete_user(UserName="intruder")
    done = hand.sandbox.opsctl("security", "events", "--what", "iam", "-e", "local", "-o", "json")
    wanted = {json.loads(it)["name"] for it in done.stdout.splitlines()}
    found = {row[2] for row in hand.do("See who did what").rows}
    assert {"CreateUser", "DeleteUser"} <= found & wanted
    by_name = hand.do("See who did what", fill={"ATTRIBUTE": "EventName", "VALUE": "DeleteUser"})
    assert {row[2] for row in by_name.rows} == {"DeleteUser"}


def test_an_incident_afterwards(hand: Hand, aws: AtAws, steady: RunningSandbox) -> None:
    since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    alarm = "image-caption-gen-high-latency-local"
    for state in ("ALARM", "OK"):
        aws.cloudwatch.set_alarm_state(AlarmName=alarm, StateValue=state, StateReason="a journey")
    with paused_deployments(steady):
        aws.ecs.update_service(**aws.place, forceNewDeployment=True)
    deployments, alarms, *calls = hand.do("Run an incident", fill={"SINCE": since}).documents
    assert [it["status"] for it in deployments] == ["ROLLBACK_SUCCESSFUL"]
    assert [it["alarm"] for it in alarms].count(alarm) == 2
    assert "UpdateService" in {it["call"] for each in calls for it in each}


def test_the_journal_is_read_without_opsctl(hand: Hand, bob: partial[None]) -> None:
    made = opsctl(hand.sandbox, "user", "disable", "bob", "--yes")
    home = Path(hand.sandbox.environ["XDG_STATE_HOME"]) / "opsctl"
    began, *events = hand.do(
        "Take back a run", fill={"JOURNAL": str(home / "journal" / "local.jsonl")}
    ).documents
    assert began["run"] == made["run"]
    assert [it["title"] for it in began["steps"]] == [it["title"] for it in made["plan"]["steps"]]
    undo = [each["title"] for it in began["steps"] for each in it["undo"]]
    assert undo
    assert events[-1]["status"] == "done"


def test_a_freeze_is_read_without_opsctl(hand: Hand) -> None:
    opsctl(hand.sandbox, "lock", "take", "--reason", "release day", "--yes")
    try:
        home = Path(hand.sandbox.environ["XDG_STATE_HOME"]) / "opsctl"
        lock = home / "locks" / f"local-{hand.sandbox.found['account']}.json"
        (held,) = hand.do("Freeze an environment", fill={"LOCK": str(lock)}).documents
        assert held["reason"] == "release day"
    finally:
        opsctl(hand.sandbox, "lock", "release", "--yes")
