"""What the kernel is told about a job's process."""

from __future__ import annotations

import multiprocessing
import resource

from kimhub.core.jobs.limits import JobLimits, confine

MEMORY, CPU = 700_000_000, 40


def in_a_process_of_its_own(function):
    """Return what `function` returns in a process that is only for it."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(function)


def limits_of_a_confined_process():
    confine(JobLimits(MEMORY, CPU))
    return [
        resource.getrlimit(what) for what in (resource.RLIMIT_DATA, resource.RLIMIT_CPU, resource.RLIMIT_CORE)
    ]


def allocate_beyond():
    confine(JobLimits(MEMORY, CPU))
    try:
        bytearray(MEMORY + 1)
    except MemoryError:
        return len(bytearray(1_000_000))
    return None


def memory_limit_under_a_stricter_one():
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY // 2, MEMORY // 2))
    confine(JobLimits(MEMORY, CPU))
    return resource.getrlimit(resource.RLIMIT_DATA)


def test_memory_and_time_are_bounded_and_nothing_is_dumped():
    memory, cpu, core = in_a_process_of_its_own(limits_of_a_confined_process)
    assert memory == (MEMORY, MEMORY)
    assert cpu[0] == cpu[1] > CPU, "the kernel comes after the process's own watch"
    assert core == (0, 0)


def test_beyond_its_memory_a_process_gets_an_error_and_can_go_on():
    assert in_a_process_of_its_own(allocate_beyond) == 1_000_000


def test_a_stricter_limit_of_the_service_stands():
    assert in_a_process_of_its_own(memory_limit_under_a_stricter_one) == (MEMORY // 2, MEMORY // 2)
