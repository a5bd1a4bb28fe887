"""Rotate an IAM access key, one stage at each run: second key, old one off, old one deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.access_keys import AccessKey, AccessKeys
from opsctl.plan import Danger, Do, Plan, Refusal, call
from opsctl.procedure import Procedure

ROLES = "A role needs no access key: where a role can be taken instead, delete the keys for good."


@dataclass(frozen=True)
class Request:
    """`to` is the new file for a new key; empty to show it once at the terminal.

    `can_show`: somebody is there to see it. `although_used` switches a key off that was used
    after the newer one.
    """

    env: str
    user: str
    to: str = ""
    can_show: bool = False
    although_used: bool = False


@dataclass(frozen=True)
class Facts:
    """The user's keys, oldest first."""

    keys: tuple[AccessKey, ...]


def gather(request: Request, aws: Aws) -> Facts:
    """Reads the keys and when each was used last."""
    return Facts(aws.access_keys.of_user(request.user))


def plan(request: Request, facts: Facts) -> Plan:
    """The next stage, by the keys that there are."""
    user, keys = request.user, facts.keys
    if not keys:
        return Plan(f"{user} has no access key: nothing to rotate.", notes=(ROLES,))
    if len(keys) == 1:
        return _create(request, keys[0])
    old, new = keys
    if not old.active:
        return _delete(request, old, new)
    return _switch_off(request, old, new)


def _create(request: Request, old: AccessKey) -> Plan:
    where = f"into {request.to}" if request.to else "shown once at this terminal"
    make = Do(
        f"Make a second key for {request.user}, {where}",
        call(AccessKeys.create, request.user, [old.id], request.to),
        undo=(
            Do(
                "Delete the new key",
                call(AccessKeys.keep_only, request.user, [old.id]),
                no_undo="IAM keeps nothing of a deleted key",
            ),
        ),
    )
    return Plan(
        summary=f"Rotate the access key of {request.user}, stage 1 of 3: a second key",
        danger=Danger.MODERATE,
        steps=(make,),
        notes=(*_seen((old,)), ROLES),
        refusals=tuple(_refuse_unseen(request)),
        next_commands=(_again(request),),
        result={"stage": 1, "user": request.user, "old": old.id},
    )


def _switch_off(request: Request, old: AccessKey, new: AccessKey) -> Plan:
    def status(key: str, value: str) -> Do:
        word = "on again" if value == "Active" else "off"
        return Do(f"Switch {key} {word}", call(AccessKeys.set_status, request.user, key, value))

    off = status(old.id, "Inactive")
    return Plan(
        summary=f"Rotate the access key of {request.user}, stage 2 of 3: {old.id} off",
        danger=Danger.MODERATE,
        steps=(Do(off.title, off.call, undo=(status(old.id, "Active"),)),),
        notes=(*_seen((old, new)), "Off is not deleted: undo switches it on again at once.", ROLES),
        refusals=tuple(_refuse_in_use(request, old, new)),
        next_commands=(_again(request),),
        result={"stage": 2, "user": request.user, "old": old.id, "new": new.id},
    )


def _delete(request: Request, old: AccessKey, new: AccessKey) -> Plan:
    delete = Do(
        f"Delete {old.id}, which is off",
        call(AccessKeys.delete_inactive, request.user, old.id),
        no_undo="IAM keeps nothing of a deleted key",
        danger=Danger.SEVERE,
    )
    return Plan(
        summary=f"Rotate the access key of {request.user}, stage 3 of 3: delete {old.id}",
        danger=Danger.SEVERE,
        subject=old.id,
        steps=(delete,),
        notes=(*_seen((old, new)), ROLES),
        refusals=tuple(_refuse_last(new)),
        result={"stage": 3, "user": request.user, "old": old.id, "new": new.id},
    )


def _again(request: Request) -> str:
    return f"opsctl secrets rotate access-key {request.user} --env {request.env}"


def _seen(keys: tuple[AccessKey, ...]) -> Iterator[str]:
    for it in keys:
        used = f"last used {it.used:%Y-%m-%d %H:%M} UTC ({it.service})" if it.used else "never used"
        yield f"{it.id}: {it.status.lower()}, made {it.created:%Y-%m-%d %H:%M} UTC, {used}."


def _refuse_unseen(request: Request) -> Iterator[Refusal]:
    if not request.to and not request.can_show:
        yield Refusal(
            "The new key is shown only once, and there is nobody to see it.",
            hint=f"{_again(request)} --to FILE",
            override="--to FILE",
        )


def _refuse_in_use(request: Request, old: AccessKey, new: AccessKey) -> Iterator[Refusal]:
    if not new.active:
        yield Refusal(
            f"The newer key {new.id} is off: then {request.user} would have none.",
            hint=f"aws iam delete-access-key --user-name {request.user} --access-key-id {new.id}",
        )
    elif new.used is None:
        yield Refusal(
            f"The newer key {new.id} was never used yet: bring it where {old.id} is used first.",
            hint="IAM takes some minutes to note a use. " + _again(request),
        )
    elif old.used and old.used >= new.used and not request.although_used:
        yield Refusal(
            f"{old.id} was used at {old.used:%Y-%m-%d %H:%M} UTC, after the newer key was: "
            "something still uses it.",
            hint=f"Find it: opsctl security events --who {old.id}",
            override="--although-used",
        )


def _refuse_last(new: AccessKey) -> Iterator[Refusal]:
    if not new.active:
        yield Refusal(f"The newer key {new.id} is off too: look which of them is wanted.")


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "secrets rotate access-key", "Rotate an access key", gather, plan
)
