"""Words of the operator as CloudWatch's filter patterns."""

from __future__ import annotations

import string
from collections.abc import Callable

import msgspec

from opsctl.aws.log_events import LogEvent
from opsctl.errors import OpsctlError, UsageProblem

MOST = 1024
"""Characters of a filter pattern."""
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_ALSO = {"WARNING": ("WARN",), "CRITICAL": ("FATAL",)}
NOT_UNDERSTOOD = "InvalidParameterException"
"""What FilterLogEvents answers to a pattern that is none."""
_PLAIN = frozenset(string.digits + "_:#=@/;,-")
_CONTROL = frozenset(map(chr, (*range(0x20), 0x7F)))
Test = Callable[[LogEvent], bool]


def any_case(words: str) -> str:
    """A pattern that meets `words` whatever their case; "" where there is none.

    CloudWatch's patterns tell upper from lower case, and its regular expressions know no flag for
    it: so each letter becomes a class of two. They know no other alphabets either, and at most
    1,024 characters: then everything is fetched, and looked at here.
    """
    if not words or not words.isascii():
        return ""
    pattern = f"%{''.join(map(_letter, words))}%"
    return pattern if len(pattern) <= MOST else ""


def _letter(it: str) -> str:
    if it.isalpha():
        return f"[{it.lower()}{it.upper()}]"
    return it if it in _PLAIN else f"\\x{ord(it):02X}"


def holds(words: str) -> Test:
    """Whether an event holds `words`, whatever their case."""
    wanted = words.casefold()
    return lambda event: wanted in event.message.casefold()


def checked(option: str, pattern: str) -> str:
    """The pattern as it was typed. Raises UsageProblem for what no line of a log can hold."""
    bad = next((it for it in pattern if it in _CONTROL), "")
    if bad:
        raise UsageProblem(f"{option}: it holds the control character {bad!r}.")
    try:
        pattern.encode()
    except UnicodeEncodeError:
        raise UsageProblem(f"{option}: it is not valid UTF-8.") from None
    if len(pattern) > MOST:
        raise UsageProblem(f"{option}: CloudWatch takes {MOST} characters, not {len(pattern):,}.")
    return pattern


def not_understood(pattern: str, error: OpsctlError) -> UsageProblem:
    """What to say of a filter pattern that CloudWatch refused."""
    return UsageProblem(
        f"CloudWatch does not understand the pattern {pattern!r}: {error.message}",
        hint="Syntax: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/"
        "FilterAndPatternSyntax.html",
    )


def levels_from(lowest: str) -> tuple[str, ...]:
    """A level and all worse ones, in every spelling. Raises UsageProblem."""
    name = lowest.upper()
    known = {other: level for level, others in _ALSO.items() for other in others}
    name = known.get(name, name)
    if name not in LEVELS:
        raise UsageProblem(f"--level: {lowest!r} is none of {', '.join(LEVELS)}.")
    found = LEVELS[LEVELS.index(name) :]
    return tuple(each for level in found for each in (level, *_ALSO.get(level, ())))


def of_levels(levels: tuple[str, ...]) -> str:
    """A pattern for JSON lines of these levels, in capitals or not."""
    spelled = [each for level in levels for each in (level, level.lower())]
    conditions = [f'$.level = "{each}"' for each in spelled]
    return f"{{ {' || '.join(conditions)} }}"


def has_level(levels: tuple[str, ...]) -> Test:
    """Whether an event is a JSON line of one of these levels."""

    def test(event: LogEvent) -> bool:
        try:
            line = msgspec.json.decode(event.message)
        except (msgspec.DecodeError, UnicodeEncodeError):
            return False
        return isinstance(line, dict) and str(line.get("level", "")).upper() in levels

    return test
