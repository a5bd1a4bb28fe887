"""docs/exit-codes.md is made from opsctl/errors.py; OPSCTL_WRITE_DOCS=1 writes it anew."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from opsctl import errors

DOCUMENT = Path(__file__).parents[2] / "docs" / "exit-codes.md"
TEMPLATE = """\
# Exit codes

<!-- Made from opsctl/errors.py by tests/docs/test_exit_codes.py: do not edit. -->

The first digit says what a script wants to know: was anything changed?

| code | name | what happened |
|---|---|---|
| 0 | | Done, or nothing to do. |
{usage}
| 130 | | Ctrl-C before anything was applied. Nothing was changed. |

## 1x: nothing was changed

| code | name | what happened |
|---|---|---|
{nothing}

## 2x: something was changed, or may have been

Read the journal: `opsctl history show last`.

| code | name | what happened |
|---|---|---|
{something}

## 3x: a question was answered, and the answer is bad

| code | name | what happened |
|---|---|---|
{answer}

## Also good to know

- With `-o json` the document carries the same number as `exit_code`, and the name as `error.kind`.
- Declining a question is not success: `opsctl restart && echo restarted` prints nothing.
- A reader that stops reading (`opsctl history | head -1`) changes no exit code.
- A traceback appears only with `--debug`, in a file that only you can read; the message says where.

```bash
opsctl deploy 1.3.0 --env prod --confirm prod
case $? in
  0)     echo "it serves" ;;
  1?)    echo "nothing was changed" ;;
  23)    echo "it failed, and the former release serves again" ;;
  24)    echo "still going: the same command follows it again" ;;
  *)     echo "look at: opsctl history show last --env prod" ;;
esac
```
"""


def generated() -> str:
    """The whole document."""
    rest = [it for it in errors.documented() if it.code < 10]
    return TEMPLATE.format(
        usage=_rows(rest),
        nothing=_rows(_below(errors.NothingChanged)),
        something=_rows(_below(errors.SomethingChanged)),
        answer=_rows(_below(errors.BadAnswer)),
    )


def _below(kind: type[errors.OpsctlError]) -> list[type[errors.OpsctlError]]:
    return [it for it in errors.documented() if issubclass(it, kind)]


def _rows(kinds: Iterable[type[errors.OpsctlError]]) -> str:
    return "\n".join(f"| {it.code} | {it.__name__} | {_said(it)} |" for it in kinds)


def _said(kind: type[errors.OpsctlError]) -> str:
    return " ".join((kind.__doc__ or "").partition("\n\n")[0].split())


def test_the_document_is_what_the_errors_say() -> None:
    if os.environ.get("OPSCTL_WRITE_DOCS"):
        DOCUMENT.write_text(generated(), encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == generated(), (
        "stale: OPSCTL_WRITE_DOCS=1 pytest tests/docs"
    )


def test_no_two_errors_share_a_code() -> None:
    codes = [kind.code for kind in errors.documented()]
    assert len(codes) == len(set(codes))


def test_the_first_digit_tells_whether_something_was_changed() -> None:
    tens = {errors.NothingChanged: 1, errors.SomethingChanged: 2, errors.BadAnswer: 3}
    for kind, ten in tens.items():
        assert {it.code // 10 for it in _below(kind)} == {ten}


def test_every_code_is_on_the_page() -> None:
    page = generated()
    for kind in errors.documented():
        assert f"| {kind.code} | {kind.__name__} |" in page
