"""Everything of one user deleted: pictures in all versions, unfinished uploads, captions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from opsctl.caption_service.images import Images, NotDeleted, everything_of
from opsctl.caption_service.records import NotForgotten, Records

PASSES = 3
"""What another window uploads meanwhile is found by looking again."""
SECONDS = 18.0
"""A request must end before its task may be killed; the next one goes on where this one stopped."""


class NotErased(Exception):
    """Something is left, or may be; asking again goes on. The text says why and how far it came."""


@dataclass
class Erased:
    """What was deleted. `object_versions` counts versions and delete markers."""

    object_versions: int = 0
    uploads: int = 0
    captions: int = 0


class Erasure:
    """Deletes by what S3 and DynamoDB list, never by what one of them says of the other."""

    def __init__(
        self, images: Images, records: Records, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._images = images
        self._records = records
        self._clock = clock

    def erase(self, user_id: str) -> Erased:
        """Delete and look again until nothing is left. Raises NotErased."""
        from botocore.exceptions import BotoCoreError, ClientError

        done, until = Erased(), self._clock() + SECONDS
        try:
            for _ in range(PASSES):
                self._pass(user_id, done, until)
                if self._is_gone(user_id):
                    return done
        except (NotDeleted, NotForgotten, _OutOfTime, ClientError, BotoCoreError) as error:
            raise NotErased(_words(error, done)) from error
        raise NotErased(_words(NotDeleted("more is uploaded meanwhile"), done))

    def _pass(self, user_id: str, done: Erased, until: float) -> None:
        place = everything_of(user_id)
        done.uploads += self._images.abort_uploads(place)
        for count in self._in_time(self._images.deleting_versions(place), until):
            done.object_versions += count
        for count in self._in_time(self._records.deleting(user_id), until):
            done.captions += count

    def _in_time(self, counts: Iterable[int], until: float) -> Iterable[int]:
        for count in counts:
            yield count
            if self._clock() > until:
                raise _OutOfTime("there is more than one request can delete")

    def _is_gone(self, user_id: str) -> bool:
        return self._images.is_empty(everything_of(user_id)) and self._records.is_empty(user_id)


class _OutOfTime(Exception):
    pass


def _words(error: Exception, done: Erased) -> str:
    code = getattr(error, "response", {}).get("Error", {}).get("Code", type(error).__name__)
    own = isinstance(error, NotDeleted | NotForgotten | _OutOfTime)
    told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in asdict(done).items())
    return f"{error if own else code}; deleted so far: {told}"
