"""Erase a user's data: everything that the data map knows of, with proof."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from opsctl.aws import Aws
from opsctl.aws.erasure import Erasure
from opsctl.aws.erasure_proof import ErasureProof
from opsctl.errors import Forbidden, NotFound
from opsctl.plan import Danger, Difference, Do, Json, Plan, Refusal, Step, Wait, call
from opsctl.procedure import Procedure
from opsctl.procedures import holdings, purge_warnings
from opsctl.procedures.holding_words import counted
from opsctl.procedures.holdings import Holdings

MOST_ITEMS = 100_000
INDEX_DEADLINE = 300.0
GONE = "what was erased stays erased"


@dataclass(frozen=True)
class Request:
    """Whom, as the operator calls them, and the id of the case if it is a new one."""

    env: str
    name: str = field(repr=False)
    case: str
    max_items: int = MOST_ITEMS
    reason: str = field(default="", repr=False)


@dataclass(frozen=True)
class Facts:
    """What there is of the user. An erasure is bound to whom it is about, not to the counts:
    what comes between plan and step goes too."""

    case: str
    held: Holdings
    closed: str = ""
    """The case in which the user was erased before, when nothing is left open of it."""
    is_open: bool = False
    """The case was begun before, and has something left to do."""
    reason_tells: bool = field(default=False, compare=False)
    """The reason, which is journaled, names the user."""


def gather(request: Request, aws: Aws) -> Facts:
    """Finds the one person and looks through every store.

    Raises UsageProblem for what can be nobody's name, NotFound when there is nothing of them,
    Forbidden where not every name of them is known any more.
    """
    resolved = holdings.resolve(aws, request.name)
    former = resolved.former
    is_open = former is not None and not former.closed
    case = former.id if former is not None and is_open else request.case
    if not resolved.is_complete:
        _check_known(former.id if former else "", is_open)
    held = holdings.gather(aws, resolved, case)
    if held.is_nothing and former is None:
        raise NotFound(
            "Nobody is called so: there is no account, and no store holds anything under the name.",
            hint="Give the username, the e-mail address or the sub, in capitals and small letters "
            "as Cognito has it.",
        )
    if is_open and resolved.person is None and not resolved.is_kept:
        _check_reached(case, held)
    aws.erasure.told(
        case,
        [{"store": it.store, "why": it.why} for it in held.not_examined],
        [{**asdict(it)} for it in held.residuals],
    )
    tells = any(len(each) > 1 and each in request.reason for each in resolved.subject.identifiers)
    closed = former.id if former is not None and not is_open else ""
    return Facts(case, held, closed, is_open, tells)


def _check_known(case: str, is_open: bool) -> None:
    """An alias is no key of a store: once the account is gone, only the username leads there."""
    if is_open:
        raise Forbidden(
            f"{case} is open, but it was begun on another machine, and the account is gone.",
            hint="Give the username: only by that can what is left be found.",
        )
    raise NotFound(
        f"Nobody is called so any more. {case} erased who once was.",
        hint="To look again whether anything came back, give the username.",
    )


def _check_reached(case: str, held: Holdings) -> None:
    """Without the account and its file nobody can tell whether those stores are empty."""
    lost = [it.store for it in held.not_examined if it.in_map]
    if lost:
        raise Forbidden(
            f"{case} is open, and cannot be finished here: what leads to {', '.join(lost)} is "
            "known only on the machine where it was begun, for the account is gone.",
            hint="Run the same command there.",
        )


def plan(request: Request, facts: Facts) -> Plan:
    """Sign-in first, so that nothing new is written; the account last, for it leads to the rest."""
    held = facts.held
    if facts.closed and held.is_nothing:
        return Plan(
            f"{facts.closed} erased {held.pseudonym}, and just now every store "
            f"{'but what is named below ' * bool(held.not_examined)}was looked through again: "
            "nothing is there.",
            notes=(
                f"The certificate: opsctl user certificate {facts.closed} --env {request.env}",
                *purge_warnings.not_examined(held),
            ),
            pseudonym=held.pseudonym,
            result={**result(facts), "case": facts.closed},
        )
    return Plan(
        summary=f"Erase all data of {held.pseudonym} ({facts.case})",
        steps=tuple(_steps(facts)),
        danger=Danger.SEVERE,
        subject=held.username,
        pseudonym=held.pseudonym,
        whom=held.whom,
        differences=tuple(_differences(held)),
        notes=tuple(_notes(facts)),
        refusals=tuple(_refusals(request, facts)),
        checks=(
            Wait(
                "Nothing is held back by Object Lock",
                call(ErasureProof.nothing_held, facts.case),
                timeout=5,
            ),
        ),
        next_commands=(f"opsctl user certificate {facts.case} --env {request.env}",),
        result=result(facts),
    )


def _steps(facts: Facts) -> Iterator[Step]:
    case, held = facts.case, facts.held
    if held.account.is_there:
        yield Do(
            "Block sign-in and end every session",
            call(Erasure.block, case),
            undo=(Do("Let the user sign in again", call(Erasure.unblock, case)),),
        )
    for it in held.stores:
        method = Erasure.objects if it.is_bucket else Erasure.items
        yield Do(
            f"Empty {it.name}",
            call(method, case, it.place),
            no_undo=GONE,
            reports=True,
            danger=Danger.SEVERE,
        )
    if any(it.index for it in held.stores):
        yield Wait(
            "Wait until the indexes show nothing", call(Erasure.indexes, case), INDEX_DEADLINE
        )
    if held.account.is_there:
        yield Do(
            "Delete the account",
            call(Erasure.delete_account, case),
            no_undo=GONE,
            danger=Danger.SEVERE,
        )
    yield Do(
        "Look through every store again, from the names",
        call(ErasureProof.look, case),
        no_undo="it only looks",
        reports=True,
    )
    yield Wait("Nothing is left anywhere", call(ErasureProof.holds, case), timeout=5)
    yield Do(
        "Write the certificate",
        call(ErasureProof.certify, case),
        no_undo=GONE,
        danger=Danger.SEVERE,
    )


def _differences(held: Holdings) -> Iterator[Difference]:
    if held.account.is_there:
        state = "enabled" if held.account.enabled else "disabled"
        yield Difference("cognito", f"1 account ({state}, {held.account.status})", "nothing")
    for it in held.stores:
        yield Difference(it.name, counted(it.counts) if it.total else "", "nothing")


def _notes(facts: Facts) -> Iterator[str]:
    if facts.is_open:
        yield f"{facts.case} was begun before and not finished: this goes on with it."
    if facts.closed:
        yield f"{facts.closed} erased this user before: what is there came after it."
    yield from purge_warnings.notes(facts.held)


def _refusals(request: Request, facts: Facts) -> Iterator[Refusal]:
    yield from purge_warnings.refusals(facts.held, request.max_items)
    if facts.reason_tells:
        yield Refusal(
            "The --reason names the user, and it would stay in the journal.",
            hint=f"Say it without the name, or as {facts.held.pseudonym}.",
        )


def result(facts: Facts) -> dict[str, Json]:
    """For `-o json`: the case, and what there is store by store."""
    held = facts.held
    return {
        "case": facts.case,
        "user": held.pseudonym,
        "account": held.account.is_there,
        "found": [{"store": it.name, **it.counts} for it in held.stores],
        "not_examined": [{"store": it.store, "why": it.why} for it in held.not_examined],
        "residuals": [{**asdict(it)} for it in held.residuals],
        "seconds": purge_warnings.seconds(held),
    }


PROCEDURE: Procedure[Request, Facts] = Procedure("user purge", "Erase a user's data", gather, plan)
