"""The permissions of every command: which operations of AWS it makes, and the policy for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache

from opsctl.aws.permissions import policy
from opsctl.aws.permissions.needs import READS, UNDO, WORK, WRITES, Need, Row, work
from opsctl.aws.permissions.places import Given, refuse_wildcards
from opsctl.aws.permissions.policy import Policy
from opsctl.aws.reads import only_reads
from opsctl.errors import UsageProblem
from opsctl.targets import Target
from opsctl.targets.config_file import did_you_mean


@cache
def table() -> dict[str, Row]:
    """Every command, by the words that name it, with the options that need something of their own:
    `status`, `deploy --build`, `secrets rotate hf`."""
    from opsctl.aws.permissions import data, guarding, local, releases, seeing, telling

    rows = (
        seeing.ROWS,
        telling.ROWS,
        releases.ROWS,
        guarding.ROWS,
        data.ROWS,
        local.ROWS,
    )
    return {name: row for each in rows for name, row in each.items()}


def records(keeps: Set[str]) -> tuple[Need, ...]:
    """What the journal and the lock need where they lie in a bucket. Without the right to list,
    S3 answers 403 rather than 404 for what does not exist."""
    read = work("s3", "GetObject ListObjectsV2", "records")
    if WRITES in keeps:
        return (*read, *work("s3", "PutObject DeleteObject", "records"))
    return read if READS in keeps else ()


def notices(rows: Iterable[str]) -> tuple[Need, ...]:
    """What telling of a change needs, where a row makes one, and looking whether that is set up."""
    from opsctl.aws.permissions import telling

    known = table()
    changing = any(known[name].changes for name in rows)
    looking = "doctor" in rows
    return (*(telling.NOTICES if changing else ()), *(telling.CHANNELS if looking else ()))


def names() -> tuple[str, ...]:
    """What can be asked for, groups too."""
    groups = {name.rpartition(" ")[0] for name in table()} - {""}
    return tuple(sorted({*table(), *groups}))


def needs(name: str) -> tuple[Need, ...]:
    """What a row needs. `undo` is whatever taking back any command needs: the change, and the looks
    that come before it, which are those of the command itself."""
    own = table()[name].needs
    if name != "undo":
        return own
    rows = [row for row in table().values() if any(it.serves == UNDO for it in row.needs)]
    back = [it for row in rows for it in row.needs if it.serves == UNDO or _is_look(it)]
    return tuple(dict.fromkeys((*own, *back)))


def _is_look(need: Need) -> bool:
    return need.serves == WORK and only_reads(need.service, need.operation)


def of_session(spelled: str) -> tuple[str, ...]:
    """The rows of a command as a session spells it: `deploy --terraform --silence` is two."""
    if spelled in table():
        return (spelled,)
    head = spelled.partition(" --")[0]
    ways = [f"{head} --{way}" for way in spelled.split(" --")[1:]]
    return tuple(dict.fromkeys(each if each in table() else head for each in ways or [head]))


def chosen(words: Sequence[str], target: Target, *, every: bool = False) -> tuple[str, ...]:
    """The rows that words name: `("scale", "count")` is `scale count`, `("logs",)` the group.

    Raises UsageProblem for a word that names nothing.
    """
    if every:
        return tuple(sorted(table()))
    found: list[str] = []
    rest = list(words)
    while rest:
        # The longest first: `secrets rotate hf` is one command, whether in quotes or not.
        length = next((n for n in range(len(rest), 0, -1) if _rows(rest[:n], target)), 0)
        if not length:
            raise UsageProblem(
                f"There is no command called {rest[0] or '“”'}{did_you_mean(rest[0], names())}",
                hint="Every command: opsctl --help. An option goes in quotes: 'deploy --build'",
            )
        found += _rows(rest[:length], target)
        rest = rest[length:]
    return tuple(dict.fromkeys(found))


def policy_of(
    rows: Iterable[str], target: Target, given: Given | None = None, *, reads_only: bool = False
) -> Policy:
    """The least policy for some rows, opsctl's own records included where they lie in a bucket.

    Raises BadConfig where a name of the target holds a wildcard.
    """
    refuse_wildcards(target)
    rows = tuple(rows)
    wanted = [need for name in rows for need in needs(name)]
    if target.state:
        wanted += records({table()[name].keeps for name in rows})
    if target.notify:
        wanted += notices(rows)
    return policy.of(wanted, target, given or Given(), reads_only=reads_only)


def notes(made: Policy, target: Target) -> Iterator[str]:
    """What an administrator ought to know beside the document."""
    if made.size > policy.MANAGED_POLICY_LIMIT:
        yield (
            f"The policy has {made.size} characters, and a managed policy may have "
            f"{policy.MANAGED_POLICY_LIMIT}: make several, of fewer commands each."
        )
    if made.left_out:
        places = ", ".join(made.left_out)
        yield f"Left out, since {target.env} of opsctl.toml does not name it: {places}."
    for end, action, way in _WIDE:
        if any(
            action in it["Action"] and any(arn.endswith(end) for arn in it["Resource"])
            for it in made.document["Statement"]
        ):
            yield f"{action} is allowed on every {end.strip(':/*')}: {way}"


_WIDE = (
    (":role/*", "iam:PassRole", "name those of the tasks with --role."),
    (":user/*", "iam:CreateAccessKey", "name those whose keys are rotated with --user."),
    (":userpool/*", "cognito-idp:ListUsers", "name it as user_pool of opsctl.toml."),
)


def _rows(words: Sequence[str], target: Target) -> list[str]:
    """The rows that words name exactly, or the group that they are the beginning of."""
    name = " ".join(words)
    known = table()
    if not name.strip():
        return []
    if name in known:
        return [name]
    keys = dict(each.split("=", 1) for each in target.secret_keys)
    if name.startswith("secrets rotate ") and name.removeprefix("secrets rotate ") in keys:
        return ["secrets rotate hf"]
    return [each for each in known if each.startswith(f"{name} ")]
