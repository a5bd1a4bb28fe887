"""Independent reads in threads."""

import threading

import pytest

from opsctl.aws.concurrently import MOST_THREADS, concurrently


def test_answers_come_in_the_order_of_the_questions() -> None:
    is_answered = threading.Event()

    def slow() -> str:
        assert is_answered.wait(10)
        return "slow"

    def quick() -> str:
        is_answered.set()
        return "quick"

    assert concurrently([slow, quick]) == ("slow", "quick")


def test_they_run_at_the_same_time() -> None:
    meeting = threading.Barrier(3, timeout=5)
    assert len(concurrently([meeting.wait] * 3)) == 3


def test_more_reads_than_threads_are_all_answered() -> None:
    count = MOST_THREADS * 3
    assert concurrently([lambda number=number: number for number in range(count)]) == tuple(
        range(count)
    )


def test_the_first_error_is_raised_without_waiting_for_the_rest() -> None:
    released = threading.Event()
    ended: list[bool] = []

    def fails() -> None:
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        concurrently([lambda: ended.append(released.wait(10)), fails])
    assert ended == []
    released.set()


def test_one_read_needs_no_thread() -> None:
    assert concurrently([threading.current_thread]) == (threading.main_thread(),)


def test_nothing_to_read_is_no_answers() -> None:
    assert concurrently([]) == ()
