"""Holdings: what there is of one user, store by store, and what an erasure would not reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from opsctl.aws import Aws
from opsctl.aws.bucket_rules import Rules
from opsctl.aws.erasure_stores import ends_everything
from opsctl.aws.erasure_work import total, why_not
from opsctl.aws.persons import Resolved
from opsctl.aws.residuals import Residual
from opsctl.aws.subject import Subject, check_key, check_typed
from opsctl.errors import NoAccess, NotFound, OpsctlError
from opsctl.targets import Target, data_map
from opsctl.targets.data_map import BucketData, Data, LogData, TableData


@dataclass(frozen=True)
class Holding:
    """What one store holds. `place` is its place in the data map; counts only breathe."""

    place: int
    name: str
    is_bucket: bool
    counts: Mapping[str, int] = field(compare=False)
    rules: Rules | None = None
    index: str = ""

    @property
    def total(self) -> int:
        """How many versions, markers, uploads or items there are."""
        return total(self.counts)


@dataclass(frozen=True)
class NotExamined:
    """A store that nothing was looked for in, and why."""

    store: str
    why: str
    in_map: bool = False
    """The data map has it, but not the name of the user that leads there is known."""


@dataclass(frozen=True)
class Account:
    """The account in the user pool. `providers` are external sign-in services linked to it."""

    pool: str
    is_there: bool
    enabled: bool = field(default=False, compare=False)
    status: str = field(default="", compare=False)
    providers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Holdings:
    """Everything of one user. Nothing in it that is not hidden tells who it is."""

    pseudonym: str
    username: str = field(repr=False, compare=False)
    whom: tuple[str, ...] = field(repr=False, compare=False)
    """For the operator's eyes only."""
    account: Account
    stores: tuple[Holding, ...]
    not_examined: tuple[NotExamined, ...]
    residuals: tuple[Residual, ...] = field(compare=False)

    @property
    def total(self) -> int:
        """How many things there are to delete, beside the account."""
        return sum(it.total for it in self.stores)

    @property
    def is_nothing(self) -> bool:
        """Neither an account nor anything in a store."""
        return not (self.account.is_there or self.total)


def gather(aws: Aws, resolved: Resolved, case: str) -> Holdings:
    """Looks through every store at once. The first look that fails ends it, before anything is
    changed: what may not be read is unknown, and never empty."""
    target, subject = aws.target, resolved.subject
    check_key(subject.user_id)
    pseudonym = aws.erasure.offer(case, subject, target.user_pool, resolved.person is not None)
    data = data_map.of(target)
    looked = [place for place, it in enumerate(data) if not why_not(it, subject)]
    stores: tuple[Holding, ...] = aws.at_once(
        *(partial(_holding, aws, case, place, data[place]) for place in looked)
    )
    others, residuals = aws.at_once(
        lambda: tuple(_not_examined(aws, data, subject)),
        lambda: tuple(_residuals(aws, resolved, data, stores)),
    )
    return Holdings(
        pseudonym=pseudonym,
        username=subject.user_id,
        whom=tuple(_whom(resolved)),
        account=_account(target, resolved),
        stores=stores,
        not_examined=others,
        residuals=residuals,
    )


def resolve(aws: Aws, name: str) -> Resolved:
    """Whom a typed name means. Raises UsageProblem for what can be nobody's name."""
    check_typed(name)
    return aws.persons.resolve(aws.target.user_pool, name)


def _holding(aws: Aws, case: str, place: int, data: Data) -> Holding:
    try:
        counts = aws.erasure.found(case, place)
        if isinstance(data, BucketData):
            rules = aws.bucket_rules.rules(data.bucket, data.region)
            return Holding(place, data.name, True, counts, rules)
    except OpsctlError as error:
        # Which store it was decides what to do about it.
        error.message = f"{data.name} cannot be looked through: {error.message}"
        error.args = (error.message,)
        raise
    index = data.index if isinstance(data, TableData) else ""
    return Holding(place, data.name, False, counts, None, index)


def _account(target: Target, resolved: Resolved) -> Account:
    person = resolved.person
    if person is None:
        return Account(target.user_pool, False)
    user = person.user
    return Account(target.user_pool, True, user.enabled, user.status, person.providers)


def _whom(resolved: Resolved) -> Iterator[str]:
    subject = resolved.subject
    yield f"username {subject.user_id}"
    if subject.sub:
        yield f"sub {subject.sub}"
    others = {subject.email, *subject.aliases} - {"", subject.user_id}
    yield from (f"also {each}" for each in sorted(others))


def _not_examined(aws: Aws, data: tuple[Data, ...], subject: Subject) -> Iterator[NotExamined]:
    """Stores of the map that cannot be looked through, and stores that the map does not have."""
    for it in data:
        if not isinstance(it, LogData) and (why := why_not(it, subject)):
            yield NotExamined(it.name, why, in_map=True)
    if not aws.target.user_pool:
        yield NotExamined("cognito", "opsctl.toml names no user pool")
    target = aws.target
    mapped_buckets = {it.bucket for it in data if isinstance(it, BucketData)}
    mapped_tables = {it.table for it in data if isinstance(it, TableData)}
    mapped_groups = {it.log_group for it in data if isinstance(it, LogData)}
    if target.log_group not in mapped_groups:
        yield NotExamined(f"logs:{target.log_group}", _NOT_IN_MAP)
    buckets = {each for each in (target.bucket, target.backup_bucket) if each}
    tables = {target.table}
    try:
        buckets |= {it for it in aws.s3.bucket_names() if it.startswith(f"{target.repository}-")}
    except NoAccess as error:
        _only_here(error)
        yield NotExamined("other buckets", "opsctl may not list them")
    try:
        tables |= {
            it for it in aws.dynamodb.table_names() if it.startswith((target.table, target.family))
        }
    except NoAccess as error:
        _only_here(error)
        yield NotExamined("other tables", "opsctl may not list them")
    try:
        # A restored table may be called anything, and be the one in service.
        tables |= {it for it in (aws.service_tables.in_use(),) if it}
    except (NoAccess, NotFound) as error:
        _only_here(error)
        yield NotExamined("the table in service", "opsctl cannot see which one it is")
    yield from (NotExamined(f"s3://{it}", _NOT_IN_MAP) for it in sorted(buckets - mapped_buckets))
    yield from (NotExamined(f"dynamodb:{it}", _NOT_IN_MAP) for it in sorted(tables - mapped_tables))


def _only_here(error: OpsctlError) -> None:
    """Raises it where it is not for one look: credentials that ended are none for any other."""
    if ends_everything(error):
        raise error


_NOT_IN_MAP = "it is not in the data map"


def _tokens(aws: Aws) -> Residual:
    target, client = aws.target, aws.target.user_pool_client
    try:
        clients = [client] if client else [it for it, _ in aws.cognito.clients(target.user_pool)]
        life = aws.cognito_users.token_life(target.user_pool, clients)
    except (NoAccess, NotFound) as error:
        return Residual("cognito", "access tokens", "", f"not examined: {error.message}")
    return aws.residuals.tokens(life.longest)


def _residuals(
    aws: Aws, resolved: Resolved, data: tuple[Data, ...], stores: tuple[Holding, ...]
) -> Iterator[Residual]:
    rules = {it.place: it.rules for it in stores}
    mapped = {it.bucket for it in data if isinstance(it, BucketData)}
    if resolved.person is not None:
        yield _tokens(aws)
    if aws.target.backup_bucket:
        yield from aws.residuals.manifests(aws.target.backup_bucket)
    seen: set[str] = set()
    for place, it in enumerate(data):
        key = it.name.partition(" by ")[0]
        if key in seen:
            continue
        seen.add(key)
        try:
            if isinstance(it, TableData):
                yield from aws.residuals.table(it)
            elif isinstance(it, LogData):
                yield from aws.residuals.log_group(it)
            elif (found := rules.get(place)) is not None:
                others = tuple(each for each in found.replication if each not in mapped)
                yield from aws.residuals.bucket(it, others)
        except (NoAccess, NotFound) as error:
            yield Residual(it.name, "copies of it", "", f"not examined: {error.message}")
