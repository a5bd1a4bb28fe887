"""A tour of the commands, and the policy of each against what AWS was asked for."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from running import RunningSandbox

from opsctl import targets
from opsctl.aws import permissions
from opsctl.aws.permissions import places, policy
from opsctl.aws.permissions.grants import grants
from opsctl.aws.permissions.needs import CHECK, UNDO, Need
from opsctl.aws.permissions.places import Given
from opsctl.aws.permissions.policy import Policy
from opsctl.targets import Target

TOUR = [
    ("status", "status"),
    ("verify", "verify"),
    ("metrics", "metrics"),
    ("doctor", "doctor"),
    ("whoami", "whoami"),
    ("diagnose all", "diagnose all"),
    ("diagnose errors", "diagnose errors"),
    ("diagnose latency", "diagnose latency"),
    ("diagnose auth", "diagnose auth alice"),
    ("diagnose throttling", "diagnose throttling"),
    ("alarms silence", "alarms silence {alarm} --for 10m --yes"),
    ("alarms list", "alarms list"),
    ("alarms unsilence", "alarms unsilence {alarm} --yes"),
    ("undo", "undo last --yes"),
    ("alarms unsilence", "alarms unsilence {alarm} --yes"),
    ("alarms silence", "alarms silence {alarm} --for 10m --disable-actions --yes"),
    ("alarms unsilence", "alarms unsilence {alarm} --yes"),
    ("undo", "undo last --yes"),
    ("alarms unsilence", "alarms unsilence {alarm} --yes"),
    ("scale show", "scale show"),
    ("scale count", "scale count 3 --yes"),
    ("scale bounds", "scale bounds --min 2 --max 5 --yes"),
    ("scale count", "scale count 1 --move-bounds --yes"),
    ("undo", "undo last --yes"),
    ("scale cpu-target", "scale cpu-target 55 --yes"),
    ("undo", "undo last --yes"),
    ("scale task-size", "scale task-size --cpu 512 --memory 1GB --yes"),
    ("checklist deploy", "checklist deploy 1.3.0"),
    ("deploy", "deploy 1.3.0 --yes"),
    ("rollback --list", "rollback --list"),
    ("rollback", "rollback --yes"),
    ("undo", "undo last --yes"),
    ("rollback --silence", "rollback --silence --yes"),
    ("restart --silence", "restart --silence --yes"),
    ("deploy --silence", "deploy 1.2.0 --silence --yes"),
    ("secrets list", "secrets list"),
    ("secrets rotate hf", "secrets rotate hf --value-from {file} --yes"),
    ("undo", "undo last --yes"),
    ("secrets rotate cognito", "secrets rotate cognito --yes"),
    ("secrets revoke-old", "secrets revoke-old cognito --confirm {client}"),
    ("secrets rotate access-key", "secrets rotate access-key terraform --to {file}.ini --yes"),
    ("logs tail", "logs tail --no-follow"),
    ("logs tail --previous", "logs tail --previous"),
    ("logs search", "logs search ready"),
    ("logs query", "logs query slow"),
    ("security events", "security events --since 1h"),
    ("security block-ip", "security block-ip 198.51.100.7 --yes"),
    ("security blocked-ips", "security blocked-ips"),
    ("security unblock-ip", "security unblock-ip 198.51.100.7 --yes"),
    ("undo", "undo last --yes"),
    ("user disable", "user disable bob --yes"),
    ("undo", "undo last --yes"),
    ("user disable", "user disable bob --yes"),
    ("user enable", "user enable bob --yes"),
    ("undo", "undo last --yes"),
    ("user enable", "user enable bob --yes"),
    ("incident start", "incident start tour --severity sev4"),
    ("incident note", "incident note seen"),
    ("incident show", "incident show"),
    ("incident report", "incident report"),
    ("incident close", "incident close over"),
    ("backup create all", "backup create all --yes"),
    ("backup create s3", "backup create s3 --yes"),
    ("backup create dynamodb", "backup create dynamodb --yes"),
    ("undo", "undo last --confirm {run}"),
    ("backup create dynamodb", "backup create dynamodb --name tour-backup --yes"),
    ("backup create s3 --engine s3-batch", "backup create s3 --engine s3-batch --yes"),
    ("backup create s3 --engine aws-backup", "backup create s3 --engine aws-backup --yes"),
    ("backup create dynamodb --engine aws-backup",
     "backup create dynamodb --engine aws-backup --yes"),
    ("backup create all --engine aws-backup", "backup create all --engine aws-backup --yes"),
    ("backup list", "backup list"),
    ("user show", "user show carol"),
    ("user purge", "user purge carol --confirm carol"),
    ("user certificate", "user certificate {case} --subject carol"),
    ("backup restore s3", "backup restore s3 --at 5s --confirm {bucket}"),
    ("backup restore dynamodb",
     "backup restore dynamodb --at 5s --as image_captions-restored-tour --yes"),
    ("undo", "undo last --confirm {run}"),
    ("backup restore dynamodb",
     "backup restore dynamodb tour-backup --as image_captions-restored-tour --yes"),
    ("backup switch", "backup switch image_captions-restored-tour --yes"),
    ("undo", "undo last --yes"),
    ("backup prune s3", "backup prune s3 --keep 1 --confirm {backup_bucket}"),
    ("backup prune dynamodb", "backup prune dynamodb --keep 1 --confirm {table}"),
    ("history", "history"),
    ("history show", "history show last"),
    ("lock show", "lock show"),
    ("windows", "windows"),
    ("contacts", "contacts"),
    ("open", "open app"),
    ("runbook list", "runbook list"),
]  # fmt: skip
"""(row of the table, command line), in an order in which each finds something to do."""
WELL = (0, 30)
"""Done; or a question answered, and the answer is bad."""


def local(sandbox: RunningSandbox) -> Target:
    """The target `local` of a sandbox."""
    return targets.load(environ=sandbox.environ).resolve("local")


def policy_of(row: str, target: Target) -> Policy:
    """The policy of a row; nothing of it is wider for want of a name."""
    return permissions.policy_of(permissions.of_session(row), target)


def without(document: dict[str, Any], action: str) -> dict[str, Any]:
    """A policy that allows all but one action."""
    statements = [
        {**it, "Action": [each for each in it["Action"] if each != action]}
        for it in document["Statement"]
    ]
    return {**document, "Statement": statements}


def needed_only(row: str, target: Target, serves: str) -> dict[str, Any]:
    """The policy of what serves one thing only."""
    found = [it for it in permissions.needs(row) if it.serves == serves]
    return policy.of(found, target, Given()).document


def is_seen(need: Need, made: dict[str, Any], target: Target) -> bool:
    """Whether a need was asked for, on a resource that it names. `made`: operation → its record."""
    if need.name not in made:
        return False
    first = next(iter(grants(need)), None)
    if first is None:
        return True
    on = {arn for each in grants(need) for arn in places.arns(each.place, target, Given())}
    asked = [arn for _, arn in made[need.name]["asked"]]
    return any(not arn or any(fnmatchcase(arn, each) for each in on) for arn in asked)


def recorded_of(row: str, recorded: dict[str, Any], need: Need) -> list[dict[str, Any]]:
    """What may show a need: the command itself, in any of its ways; for an undo, `undo` too; and
    for a check any command, since the looks before and after a release are the same code."""
    head = row.partition(" --")[0]
    return [
        made
        for spelled, made in recorded.items()
        if need.serves == CHECK
        or spelled.partition(" --")[0] == head
        or (need.serves == UNDO and spelled == "undo")
    ]
