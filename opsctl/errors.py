"""Every way a command can end badly: a message, a hint, an exit code.

    OpsctlError                        1  a bug in opsctl
    ├── UsageProblem                   2  the words of the command are wrong
    ├── NothingChanged
    │   ├── BadConfig                 10
    │   ├── NoAccess                  11
    │   ├── NotFound                  12
    │   ├── Forbidden                 13
    │   ├── Locked                    14
    │   ├── NeedsAnswer               15
    │   ├── Cancelled                 16
    │   ├── FactsChanged              17
    │   └── Unreachable               18
    ├── SomethingChanged
    │   ├── StepFailed                20
    │   ├── NotVerified               21
    │   ├── Interrupted               22
    │   ├── RolledBack                23
    │   └── TimedOut                  24
    └── BadAnswer
        ├── Unhealthy                 30
        └── WouldChange               31

A message says what happened, with names. A hint says what to type next.
"""

from __future__ import annotations


class OpsctlError(Exception):
    """A bug in opsctl: something it did not expect."""

    code = 1
    status = "failed"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageProblem(OpsctlError):
    """The command line asks for something that makes no sense."""

    code = 2
    status = "refused"


class NothingChanged(OpsctlError):
    """Base: the command ended before it changed anything."""

    status = "refused"


class BadConfig(NothingChanged):
    """opsctl.toml or the environment is not usable."""

    code = 10


class NoAccess(NothingChanged):
    """Credentials are missing, expired, of another account, or lack a permission."""

    code = 11


class NotFound(NothingChanged):
    """What the command names does not exist."""

    code = 12


class Forbidden(NothingChanged):
    """A guard found a reason not to."""

    code = 13


class Locked(NothingChanged):
    """Somebody else is changing this target, or has frozen it."""

    code = 14


class NeedsAnswer(NothingChanged):
    """A confirmation is needed and there is nobody to ask."""

    code = 15


class Cancelled(NothingChanged):
    """The operator said no."""

    code = 16
    status = "cancelled"


class FactsChanged(NothingChanged):
    """What the plan was based on changed before it could be applied."""

    code = 17


class Unreachable(NothingChanged):
    """AWS, the sandbox or the network does not answer, or keeps throttling."""

    code = 18


class SomethingChanged(OpsctlError):
    """Base: something was changed, or may have been; the journal says what."""


class StepFailed(SomethingChanged):
    """A step of the plan failed after the plan had begun."""

    code = 20


class NotVerified(SomethingChanged):
    """Every step was done, but the check afterwards does not hold."""

    code = 21


class Interrupted(SomethingChanged):
    """Ctrl-C after the plan had begun."""

    code = 22
    status = "cancelled"


class RolledBack(SomethingChanged):
    """The deployment failed and the former release serves again."""

    code = 23


class TimedOut(SomethingChanged):
    """The deadline passed; AWS goes on by itself."""

    code = 24


class BadAnswer(OpsctlError):
    """Base: a question was answered, and the answer is bad."""


class Unhealthy(BadAnswer):
    """A report found something wrong."""

    code = 30
    status = "unhealthy"


class WouldChange(BadAnswer):
    """`--dry-run --exit-code`: the plan has steps."""

    code = 31
    status = "planned"


CTRL_C_BEFORE_ANYTHING = 130
"""Exit code of Ctrl-C before anything was applied."""


def documented() -> list[type[OpsctlError]]:
    """Every error with an exit code of its own, by code; `docs/exit-codes.md` is made from it."""

    def below(kind: type[OpsctlError]) -> list[type[OpsctlError]]:
        children = kind.__subclasses__()
        own = [kind] if "code" in vars(kind) else []
        return own + [leaf for child in children for leaf in below(child)]

    return sorted(below(OpsctlError), key=lambda kind: kind.code)
