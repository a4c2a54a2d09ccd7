"""Work shared among threads: every part once, in order, and a failure is the caller's."""

import threading

import pytest

from app.standards import threads
from app.standards.threads import each, in_parts


@pytest.fixture(params=[1, 2, 4])
def number_of_threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(threads, "THREADS", request.param)
    threads._others.cache_clear()
    return int(request.param)


@pytest.mark.parametrize("parts", [0, 1, 2, 7])
def test_each_part_is_done_once_in_its_place(number_of_threads: int, parts: int) -> None:
    done: list[int] = []

    def task(part: int) -> int:
        done.append(part)
        return part * part

    assert each(task, range(parts)) == [part * part for part in range(parts)]
    assert sorted(done) == list(range(parts))


def test_the_caller_works_beside_the_others(number_of_threads: int) -> None:
    all_there = threading.Barrier(number_of_threads, timeout=60)

    def task(_: int) -> int:
        all_there.wait()
        return threading.get_ident()

    workers = each(task, range(number_of_threads))
    assert len(set(workers)) == number_of_threads
    assert threading.get_ident() in workers


def test_a_failure_of_any_thread_is_raised_and_nothing_more_is_begun(number_of_threads: int) -> None:
    begun: list[int] = []

    def task(part: int) -> None:
        begun.append(part)
        raise ValueError(part)

    with pytest.raises(ValueError, match=r"^\d+$"):
        each(task, range(100))
    assert len(begun) <= number_of_threads


def test_work_within_work_does_not_wait_for_itself(number_of_threads: int) -> None:
    assert each(lambda part: sum(each(lambda other: part * other, range(5))), range(9)) == [
        10 * part for part in range(9)
    ]


def test_little_work_is_one_part() -> None:
    assert in_parts(3) == [slice(0, 3)]
    assert in_parts(3, work=10**9)[-1].stop == 3
