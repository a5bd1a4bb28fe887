"""Who may say yes to what: the tiers of danger, as one decision without a terminal."""

from __future__ import annotations

from dataclasses import dataclass

from opsctl import errors
from opsctl.plan import Danger


@dataclass(frozen=True)
class Answers:
    """What the command line already answered."""

    yes: bool = False
    confirm: str | None = None
    no_input: bool = False


@dataclass(frozen=True)
class Where:
    """What of the target counts. `explicit`: the environment was named in this very command."""

    env: str
    protected: bool
    explicit: bool


@dataclass(frozen=True)
class Question:
    """What is left to ask: `name` to be typed, or y/N when it is empty."""

    name: str = ""


def question(
    danger: Danger,
    where: Where,
    answers: Answers,
    *,
    can_ask: bool,
    subject: str | None,
    pseudonym: str = "",
) -> Question | None:
    """What must still be asked; None when the flags settle it.

    `subject` is the name of what is lost for good; None as long as the plan is not known, when
    a name given by --confirm is taken on trust: the plan may turn out more dangerous.
    `pseudonym` stands for a subject that no message may name, and confirms as well. Raises
    NeedsAnswer when there is nobody to ask or the flags are too weak, Forbidden when they say
    something else.
    """
    if danger is Danger.NONE:
        return None
    if danger is Danger.SEVERE:
        _check_severe(where, subject)
    name = _name_to_type(danger, where, subject)
    if answers.confirm is not None:
        if subject is not None:
            _check_name(answers.confirm, name or where.env, pseudonym)
        return None
    if answers.yes and not name:
        return None
    if answers.yes:
        raise errors.NeedsAnswer(
            f"--yes is not enough: {_why(danger, where)}.", hint=_flag(pseudonym or name)
        )
    if answers.no_input or not can_ask:
        nobody = "--no-input was given" if answers.no_input else "there is no terminal to ask at"
        raise errors.NeedsAnswer(
            f"This needs a confirmation, and {nobody}.", hint=_flag(pseudonym or name)
        )
    return Question(name)


def _name_to_type(danger: Danger, where: Where, subject: str | None) -> str:
    if danger is Danger.SEVERE:
        return "NAME" if subject is None else subject
    return where.env if danger is Danger.MODERATE and where.protected else ""


def _check_severe(where: Where, subject: str | None) -> None:
    if subject == "":
        # Else an empty answer would match it.
        raise errors.OpsctlError("a bug in opsctl: a severe plan does not name its subject")
    if not where.explicit:
        raise errors.NeedsAnswer(
            f"This cannot be undone, and the environment “{where.env}” was not named.",
            hint=f"Add --env {where.env} to say that you mean it.",
        )


def _check_name(given: str, expected: str, pseudonym: str) -> None:
    if pseudonym and given not in (expected, pseudonym):
        # Neither name is told: messages end up in logs.
        raise errors.Forbidden(
            f"--confirm names somebody else than this is about: {pseudonym}.",
            hint=f"If you mean it: --confirm {pseudonym}",
        )
    if not pseudonym and given != expected:
        raise errors.Forbidden(
            f"--confirm says “{given}”, but what is to be confirmed is “{expected}”.",
            hint=f"If you mean it: --confirm {expected}",
        )


def _why(danger: Danger, where: Where) -> str:
    if danger is Danger.SEVERE:
        return "this cannot be undone, or opens or empties something"
    return f"“{where.env}” is a protected environment"


def _flag(name: str) -> str:
    return f"Add --confirm {name}" if name else "Add --yes"
