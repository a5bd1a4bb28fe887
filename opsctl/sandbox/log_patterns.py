"""CloudWatch Logs' filter patterns: which log lines a pattern lets through.

Known are terms, quoted phrases, `-not`, `?or`, `%regular expressions%` and `{ $.json = "x" }`;
patterns of columns in brackets are refused. A term is met anywhere in the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from opsctl.sandbox import log_selectors

Test = Callable[[str], bool]
MOST = 1024
_REGEX = re.compile(r"(?:[\w:#=@/;,^$?\[\]{}|*+.-]|\\.)*", re.ASCII)
_TOKEN = re.compile(
    r'\s*(?P<sign>[?-]?)(?:"(?P<phrase>(?:[^"\\]|\\.)*)"|%(?P<regex>(?:[^%\\]|\\.)*)%|(?P<term>\S+))'
)


def compiled(pattern: str) -> Test:
    """The test that a pattern stands for. Raises ValueError for one that AWS would refuse."""
    pattern = pattern.strip()
    if len(pattern) > MOST:
        raise ValueError(f"Filter pattern must have length less than or equal to {MOST}")
    if not pattern:
        return lambda _: True
    if pattern.startswith("{"):
        return log_selectors.compiled(pattern)
    if pattern.startswith("["):
        raise ValueError("The sandbox knows no patterns of columns in brackets.")
    return _of_terms(pattern)


def regex(text: str) -> re.Pattern[str]:
    """What may stand between two `%`. Raises ValueError for what CloudWatch does not know."""
    if not _REGEX.fullmatch(text) or re.search(r"\\[^dDsSwWx.^$?\[\]{}|*+\\/-]", text):
        raise ValueError(f"Invalid regex in filter pattern: {text}")
    try:
        return re.compile(text, re.ASCII)
    except re.error as error:
        raise ValueError(f"Invalid regex in filter pattern: {error}") from error


def _of_terms(pattern: str) -> Test:
    wanted: dict[str, list[Test]] = {"": [], "-": [], "?": []}
    at = 0
    while at < len(pattern):
        found = _TOKEN.match(pattern, at)
        if not found:
            raise ValueError(f"Invalid filter pattern: unbalanced at {at}")
        wanted[found["sign"]].append(_term(found))
        at = found.end()
        while at < len(pattern) and pattern[at].isspace():
            at += 1
    must, never, any_of = wanted[""], wanted["-"], wanted["?"]

    def test(line: str) -> bool:
        if any(each(line) for each in never):
            return False
        if must:  # beside a term that must be there, AWS takes no notice of `?`
            return all(each(line) for each in must)
        return not any_of or any(each(line) for each in any_of)

    return test


def _term(found: re.Match[str]) -> Test:
    if found["regex"] is not None:
        search = regex(found["regex"]).search
        return lambda line: search(line) is not None
    if found["phrase"] is not None:
        text = re.sub(r"\\(.)", r"\1", found["phrase"])
    else:
        text = found["term"]
        if not re.fullmatch(r"\w+", text):
            raise ValueError(f"Invalid character(s) in term '{text}'")
    return lambda line: text in line
