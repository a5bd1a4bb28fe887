"""Rules about signing in: pool, app client, one user, and what the log says of refusals."""

from __future__ import annotations

from datetime import timedelta

from opsctl.aws.cognito import DisabledUser
from opsctl.reports.diagnosis import spells
from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.finding import Finding, Rule

AUTH = frozenset({"auth"})
FLOWS = frozenset({"ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"})
NOBODY = "nobody can sign in"
DISABLED = "user is disabled"
GUESSES, GUESSED_SHARE = 10, 0.5

STATES = {
    "FORCE_CHANGE_PASSWORD": "The user got a temporary password and has not chosen an own one.",
    "RESET_REQUIRED": "The password was reset: the user must ask for a code and choose a new one.",
    "UNCONFIRMED": "The user signed up and never confirmed the address.",
    "COMPROMISED": "Cognito takes the password for one that others know.",
    "EXTERNAL_PROVIDER": "The user signs in elsewhere: a password of this pool cannot work.",
}


def not_there(it: Evidence) -> Finding | None:
    """The pool or its client is gone."""
    if not it.gone:
        return None
    return Finding(
        "critical",
        f"Nobody can sign in: {it.gone}",
        (it.gone,),
        "It was deleted, or opsctl.toml names another one.",
        "opsctl config show",
    )


def flow_not_allowed(it: Evidence) -> Finding | None:
    """The client refuses the way in which the service signs people in."""
    if it.client is None or FLOWS & set(it.client.flows):
        return None
    return Finding(
        "critical",
        "The app client does not allow USER_PASSWORD_AUTH: nobody can sign in",
        (f"allowed: {', '.join(it.client.flows) or 'nothing'}",),
        "Somebody updated the app client: an update without the flows takes them away.",
        "opsctl security events --what cognito --since 24h",
    )


def nobody_can(it: Evidence) -> Finding | None:
    """Cognito refuses the service itself: a wrong client secret, mostly."""
    told = [(text, count) for text, count in (it.errors.messages if it.errors else ())
            if NOBODY in text]  # fmt: skip
    if not told or it.errors is None:
        return None
    secrets = len(it.client.secrets) if it.client else 0
    ongoing = it.errors.last >= it.fresh
    evidence = [f"{count} × in the log: {text}" for text, count in told]
    if it.client:
        evidence.append(f"the app client has {secrets} secrets")
    return Finding(
        "critical" if ongoing else "notice",
        f"Nobody can sign in, the last time at {it.errors.last:%H:%M:%S} UTC",
        tuple(evidence),
        "Cognito refuses the service: the client secret or the client id of the tasks is not the "
        "app client's.",
        "opsctl secrets list",
        onset=it.errors.first,
    )


def refused(it: Evidence) -> Finding | None:
    """Users are refused because they are disabled."""
    lines = it.refused
    about = [count for text, count in (lines.messages if lines else ()) if DISABLED in text]
    if lines is None or not about:
        return None
    suspects = _disabled_before(it)
    evidence = [
        f"{sum(about)} sign-ins between {lines.first:%H:%M:%S} and {lines.last:%H:%M:%S} UTC"
    ]
    attempts = it.sum_of("sign_ins", it.since)
    if attempts:
        failed = attempts - it.sum_of("sign_ins_done", it.since)
        evidence.append(f"Cognito counted {failed} failures among {attempts} sign-ins")
    evidence += [f"user {one.sub} is disabled, last changed {one.changed:%Y-%m-%d %H:%M:%S} UTC"
                 for one in suspects[:3]]  # fmt: skip
    command = f"opsctl user enable {suspects[0].sub}" if suspects else "opsctl diagnose auth USER"
    over = lines.last < it.fresh or it.disabled == ()
    return Finding(
        "notice" if over else "warning",
        f"A disabled user tries to sign in: {sum(about)} refusals since {lines.first:%H:%M:%S} UTC",
        tuple(evidence),
        "The user was disabled. If that was not meant, or is over, enable the user again.",
        command,
        onset=lines.first,
    )


def _disabled_before(it: Evidence) -> list[DisabledUser]:
    """Those whose account was changed before the refusals ended, the newest change first."""
    if it.refused is None:
        return []
    latest = it.refused.last + timedelta(seconds=1)
    return [one for one in it.disabled or () if one.changed <= latest]


def guessing(it: Evidence) -> Finding | None:
    """Far more sign-ins fail than people mistype."""
    spell = spells.last(it.of("sign_ins").points, it)
    if spell is None:
        return None
    start = spell.points[0].at
    attempts = it.sum_of("sign_ins", start)
    bad = attempts - it.sum_of("sign_ins_done", start)
    disabled = any(DISABLED in text for text, _ in (it.refused.messages if it.refused else ()))
    if bad < GUESSES or bad < attempts * GUESSED_SHARE or disabled:
        return None
    return Finding(
        spell.severity("warning"),
        f"{bad} of {attempts} sign-ins failed {spell.words} UTC",
        tuple(
            f"{n} × in the log: {text}" for text, n in (it.refused.messages if it.refused else ())
        ),
        "Somebody tries passwords, or a program has an old one.",
        "opsctl logs search sign-in --since 15m",
        onset=spell.began,
    )


def user_state(it: Evidence) -> Finding | None:
    """The one user that was asked about."""
    if it.no_such_user:
        return Finding(
            "critical",
            "There is no such user",
            ("looked for as username, e-mail address and sub",),
            "The name is mistyped, or the account was deleted.",
            "opsctl user show USER",
        )
    user = it.user
    if user is None or (user.enabled and user.status == "CONFIRMED"):
        return None
    if not user.enabled:
        return Finding(
            "critical",
            "The user is disabled: every sign-in is refused",
            (f"user {user.sub}, status {user.status}",),
            "Somebody disabled the user.",
            f"opsctl user enable {user.sub}",
        )
    return Finding(
        "warning",
        f"The user cannot simply sign in: {user.status}",
        (f"user {user.sub} is enabled",),
        STATES.get(user.status, "Cognito asks the user for a further step."),
        "opsctl logs search sign-in --since 1h",
    )


def two_secrets(it: Evidence) -> Finding | None:
    """A rotation of the client secret was not ended."""
    if it.client is None or len(it.client.secrets) < 2:
        return None
    made = ", ".join(f"{one.created:%Y-%m-%d %H:%M}" for one in it.client.secrets)
    return Finding(
        "notice",
        "The app client has two secrets: a rotation is not ended",
        (f"made {made} UTC",),
        "Both work. Delete the old one when nothing uses it any more.",
        "opsctl secrets revoke-old cognito",
    )


CHANGED = frozenset({"secret", "deployment", "run"})
RULES = (
    Rule("user-state", 57, user_state, AUTH),
    Rule("user-pool-gone", 57, not_there, AUTH),
    Rule("sign-in-flow-not-allowed", 58, flow_not_allowed, AUTH),
    Rule("nobody-can-sign-in", 58, nobody_can, AUTH | {"errors"}, CHANGED),
    Rule("disabled-user-refused", 65, refused, AUTH, frozenset({"run"})),
    Rule("sign-ins-fail", 66, guessing, AUTH, CHANGED),
    Rule("two-client-secrets", 95, two_secrets, AUTH),
)
