"""Background work that is never lost and never done twice (ADR 3).

A job is a row, written in the transaction of the use case that wants it. The relay hands ids of due jobs to
RQ, which only wakes a worker; the worker claims the row by lease and fence and writes result and completion
in one transaction. Redis may be emptied at any moment, any process may be killed at any moment.
"""
