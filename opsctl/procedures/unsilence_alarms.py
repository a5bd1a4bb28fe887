"""End silences before their time: those of opsctl, and of others only when that is asked for."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from opsctl.aws import Aws
from opsctl.aws.alarm_actions import Silence
from opsctl.aws.mute_rules import MuteRules
from opsctl.aws.muting import MuteRule
from opsctl.errors import NoAccess
from opsctl.plan import Danger, Difference, Do, Plan, Refusal, Step, Wait, call
from opsctl.procedure import Procedure
from opsctl.procedures import silences
from opsctl.procedures.alarm_names import choose, counted, listed
from opsctl.procedures.silences import told

MOST_DIFFERENCES = 20
"""Alarms that get a line of their own in the plan."""


@dataclass(frozen=True)
class Request:
    """`names` are names and patterns; `expired_at` (ISO 8601) instead: what was over by then."""

    env: str
    names: tuple[str, ...] = ()
    others: bool = False
    """Also mute rules that opsctl did not make."""
    expired_at: str = ""


@dataclass(frozen=True)
class Facts:
    """What silences the alarms that are meant, and rules of opsctl that are over and still there.

    `gone` are records of alarms that are no more, or whose actions somebody switched on again.
    """

    silences: silences.Facts
    leftovers: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def gather(request: Request, aws: Aws) -> Facts:
    """Reads what silences the alarms that are meant. Raises NotFound for a pattern of nothing."""
    if not request.expired_at:
        return Facts(silences.gather(request.names, aws))
    over = [
        it
        for it in aws.alarm_actions.recorded()
        if it.until <= datetime.fromisoformat(request.expired_at)
    ]
    names = [it.alarm for it in over]
    there, leftovers = aws.at_once(lambda: aws.cloudwatch.named(names), lambda: _leftovers(aws))
    off = [it for it in there if not it.actions_enabled]
    chosen = choose(off, [it.name for it in off], "", "")
    mine = tuple(it for it in over if it.alarm in {each.name for each in off})
    now = silences.Facts(chosen, (), "", mine, aws.sts.caller().arn)
    return Facts(now, leftovers, tuple(sorted(set(names) - {it.alarm for it in mine})))


def _leftovers(aws: Aws) -> tuple[str, ...]:
    try:
        return aws.mute_rules.leftovers(aws.target.env)
    except NoAccess:
        return ()


def plan(request: Request, facts: Facts) -> Plan:
    """Takes the alarms out of the rules, and switches on what opsctl switched off."""
    now = facts.silences
    work = [*_rules(request, now), *_records(request, now), *_tidying(facts)]
    kept = tuple(_kept(request, now))
    names = [it.name for it in now.alarms]
    if not work:
        refusals = tuple(it for it in kept if not request.names or "*" not in request.names)
        if refusals:
            return Plan(f"End the silence of {listed(names)}", refusals=refusals)
        return Plan(_nothing(request, now), notes=tuple(it.reason for it in kept))
    ended = _ended(request, now)
    return Plan(
        summary=f"End the silence of {counted(ended)}" if ended else "Tidy up what is over",
        steps=tuple(step for step, _ in work),
        danger=Danger.MILD,
        notes=(*_warnings(request, now), *(it.reason for it in kept)),
        differences=tuple(_difference(name, request, now) for name in ended[:MOST_DIFFERENCES]),
        checks=tuple(check for _, checks in work for check in checks),
        next_commands=(f"opsctl alarms list --env {request.env}",),
        result={"alarms": list(ended)},
    )


def _ends(request: Request, rule: MuteRule) -> bool:
    """Whether a rule is one to end: not one of others, and none that comes again."""
    return rule.until is not None and (rule.by_opsctl or request.others)


def _ended(request: Request, now: silences.Facts) -> list[str]:
    """The alarms for which some silence ends."""
    muted = {name for it in now.rules if _ends(request, it) for name in it.alarms}
    off = {it.alarm for it in now.recorded}
    return [it.name for it in now.alarms if it.name in muted | off]


def _difference(name: str, request: Request, now: silences.Facts) -> Difference:
    end = now.silent_until(name)
    stays = any(not _ends(request, it) for it in now.rules_of(name))
    return Difference(
        name,
        f"silent until {told(end.isoformat())}" if end else "silent",
        "silent" * stays or "calls",
    )


def _rules(request: Request, now: silences.Facts) -> Iterator[tuple[Step, tuple[Wait, ...]]]:
    meant = {it.name for it in now.alarms}
    for rule in (it for it in now.rules if _ends(request, it)):
        until = rule.until.isoformat() if rule.until else ""
        before, after = list(rule.alarms), [it for it in rule.alarms if it not in meant]
        out = [it for it in rule.alarms if it in meant]
        back = Do(
            f"Mute {counted(out)} again until {told(until)}",
            call(MuteRules.put, rule.name, before, until, rule.description, after),
            danger=Danger.MILD,
        )
        title = f"Delete the rule {rule.name}, which mutes {counted(out)} until {told(until)}"
        if after:
            title = f"Take {counted(out)} out of the rule {rule.name}; muted still: {listed(after)}"
        it = call(MuteRules.put, rule.name, after, until, rule.description, before)
        yield (
            Do(title, it, undo=(back,), danger=Danger.MILD),
            (silences.muted(rule.name, after),),
        )


def _records(request: Request, now: silences.Facts) -> Iterator[tuple[Step, tuple[Wait, ...]]]:
    def same(it: Silence) -> tuple[str, str, str]:
        return it.until.isoformat(), it.by, it.reason

    for (until, by, reason), group in groupby(sorted(now.recorded, key=same), same):
        names = [it.alarm for it in group]
        on = silences.switch_on(names)
        if request.expired_at:
            on = replace(on, no_undo="the time for which they were off is over")
        else:
            on = replace(on, undo=(silences.off(names, until, by, reason),))
        yield on, (silences.are_on(names),)


def _tidying(facts: Facts) -> Iterator[tuple[Step, tuple[Wait, ...]]]:
    if facts.gone:
        on = silences.switch_on(facts.gone)
        title = f"Forget what is recorded of {listed(facts.gone)}, which somebody ended"
        yield replace(on, title=title, no_undo="it means nothing any more"), ()
    if facts.leftovers:
        count = len(facts.leftovers)
        yield (
            Do(
                f"Delete {count} mute rule{'s' * (count > 1)} of opsctl that are over",
                call(MuteRules.clear, list(facts.leftovers)),
                no_undo="they mute nothing any more",
                danger=Danger.MILD,
            ),
            (),
        )


def _warnings(request: Request, now: silences.Facts) -> Iterator[str]:
    """What ends early calls at once where it is a rule, and not at all where it is a switch."""
    ended = set(_ended(request, now))
    for it in now.alarms:
        if it.name not in ended or it.state != "ALARM":
            continue
        if not it.actions_enabled:
            yield f"{it.name} is in ALARM, and calls nobody for it until its state changes again."
        elif all(_ends(request, rule) for rule in now.rules_of(it.name)):
            yield f"{it.name} is in ALARM: it calls at once when its silence ends."


def _kept(request: Request, now: silences.Facts) -> Iterator[Refusal]:
    """The rules that stay, each with what would end it."""
    meant = {it.name for it in now.alarms}
    for rule in (it for it in now.rules if not _ends(request, it)):
        names = listed(it for it in rule.alarms if it in meant)
        if rule.until is None:
            yield Refusal(
                f"{names}: muted by {rule.name}, which comes again ({rule.schedule}).",
                hint="To delete it with all its times to come: aws cloudwatch "
                f"delete-alarm-mute-rule --alarm-mute-rule-name {shlex.quote(rule.name)}",
            )
        else:
            until = told(rule.until.isoformat())
            yield Refusal(
                f"{names}: muted until {until} by {rule.name}, which opsctl did not make.",
                hint="To end it all the same: --any",
                override="--any",
            )
    for it in now.alarms:
        if not it.actions_enabled and not now.record_of(it.name):
            yield Refusal(
                f"{it.name}: its actions are off, and not by opsctl.",
                hint="To switch them on: aws cloudwatch enable-alarm-actions --alarm-names "
                + shlex.quote(it.name),
            )


def _nothing(request: Request, now: silences.Facts) -> str:
    if request.expired_at:
        return "No silence is overdue, and nothing is left over."
    return f"{listed(it.name for it in now.alarms)}: not silenced."


PROCEDURE: Procedure[Request, Facts] = Procedure("alarms unsilence", "End a silence", gather, plan)
