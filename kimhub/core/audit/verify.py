"""Proving the audit: every chain from its first event to its end, every seal, every root.

Chains are read as their own tenant, one after the other, so the proof needs no right that the application does not
have. Nothing of their content leaves this module.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from kimhub.core.audit.chain import Break, BrokenLink, Event, first_break, link

BATCH = 2_000
"""Events read at a time, and between two reports of progress."""

_HEAD = text("SELECT seq, hash FROM app.audit_head()")
_SEALS = text("SELECT root_seq, seq, hash FROM audit_seal WHERE tenant_id = :tenant ORDER BY root_seq")
_EVENTS = text(
    "SELECT seq, (extract(epoch FROM at) * 1000000)::bigint AS at_microseconds, table_name, row_id, operation,"
    " actor_id::text AS actor_id, actor_label, request_id, old::text AS old, new::text AS new, previous_hash, hash"
    " FROM audit_event WHERE tenant_id = :tenant ORDER BY seq"
)
_ROOTS = text(
    "SELECT seq, at, (extract(epoch FROM at) * 1000000)::bigint AS at_microseconds, previous_hash, hash"
    " FROM audit_root ORDER BY seq"
)


@dataclass(frozen=True, slots=True)
class Seal:
    """The end of a chain as a root contains it."""

    root_seq: int
    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What the proof of one chain gave: how many events hold, and the first that does not."""

    tenant_id: int
    events: int
    broken: BrokenLink | None
    seals: tuple[Seal, ...]

    @property
    def unsealed(self) -> int:
        """Return how many events no root contains yet."""
        return max(0, self.events - max((seal.seq for seal in self.seals), default=0))


@dataclass(frozen=True, slots=True)
class Root:
    """A root as it can be kept outside: its number and its hash."""

    seq: int
    hash: bytes
    at: datetime | None = None

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash.hex()}"

    @classmethod
    def parse(cls, written: str) -> Root:
        """Read a root as `kimhub audit root` printed it; raises `ValueError`."""
        number, _, digest = written.strip().partition(":")
        root = cls(int(number), bytes.fromhex(digest))
        if root.seq < 1 or len(root.hash) != 32:
            raise ValueError(f"{written!r} is no root: NUMBER:HASH with 64 hexadecimal digits")
        return root


@dataclass(frozen=True, slots=True)
class RootReport:
    """What the proof of the roots gave: how many hold, and what is wrong with the first that does not."""

    roots: int
    latest: Root | None
    broken: str | None


def verify_chain(
    connection: Connection,
    tenant_id: int,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ChainReport:
    """Prove the chain of the tenant that is bound on `connection`.

    The end is read before and after: what is appended meanwhile is proved too, or left for the next time.
    `progress` gets events done and to do, and hears nothing of short chains.
    """
    tenant = {"tenant": tenant_id}
    head = connection.execute(_HEAD).one_or_none()
    end, end_hash = (head.seq, bytes(head.hash)) if head else (0, b"")
    seals = tuple(Seal(row.root_seq, row.seq, bytes(row.hash)) for row in connection.execute(_SEALS, tenant))
    known: dict[int, set[bytes]] = {end: {end_hash}}
    for seal in seals:
        known.setdefault(seal.seq, set()).add(seal.hash)
    proved, last = 0, b""
    with closing(_events(connection, tenant_id)) as events:
        for item in first_break(events, known):
            if isinstance(item, BrokenLink):
                return ChainReport(tenant_id, proved, item, seals)
            proved, last = item.seq, item.hash
            if proved % BATCH == 0:
                progress(proved, max(end, proved))
    if proved > BATCH:
        progress(proved, proved)
    expected = max((end, *(seal.seq for seal in seals)))
    if proved < expected:
        return ChainReport(tenant_id, proved, BrokenLink(proved + 1, Break.MISSING), seals)
    now = connection.execute(_HEAD).one_or_none()
    if proved > (now.seq if now else 0) or (now and proved == now.seq and last != bytes(now.hash)):
        return ChainReport(tenant_id, proved, BrokenLink(proved, Break.UNKNOWN), seals)
    return ChainReport(tenant_id, proved, None, seals)


def _events(connection: Connection, tenant_id: int) -> Generator[Event]:
    """Read the events through a cursor of the server, so that a long chain needs no memory."""
    rows = connection.execute(_EVENTS, {"tenant": tenant_id}, execution_options={"yield_per": BATCH})
    with closing(rows):
        for row in rows.mappings():
            yield Event(**{**row, "previous_hash": bytes(row["previous_hash"]), "hash": bytes(row["hash"])})


def verify_roots(
    connection: Connection, chains: Sequence[ChainReport], *, kept: Sequence[Root] = ()
) -> RootReport:
    """Prove that each root follows from the one before it and from the seals of all `chains`.

    `kept` are roots that were written down elsewhere; each must still stand as it was.
    """
    seals: dict[int, list[tuple[int, Seal]]] = {}
    for chain in chains:
        for seal in chain.seals:
            seals.setdefault(seal.root_seq, []).append((chain.tenant_id, seal))
    roots, broken = {}, None
    previous, latest = b"", None
    for number, row in enumerate(connection.execute(_ROOTS), start=1):
        body = f"{row.seq} {row.at_microseconds} {_heads(seals.get(row.seq, []))}"
        if row.seq != number:
            broken = f"Gesamtprüfsumme {number} fehlt."
        elif bytes(row.previous_hash) != previous:
            broken = f"Gesamtprüfsumme {number} schließt nicht an die vorige an."
        elif link(previous, body) != bytes(row.hash):
            broken = f"Gesamtprüfsumme {number} passt nicht zu den Siegeln der Ketten."
        if broken:
            break
        latest = Root(row.seq, bytes(row.hash), row.at)
        roots[row.seq], previous = latest, latest.hash
    return RootReport(len(roots), latest, broken or _first_not_kept(roots, kept))


def _heads(seals: list[tuple[int, Seal]]) -> str:
    return ",".join(
        f"{tenant}:{seal.seq}:{seal.hash.hex()}" for tenant, seal in sorted(seals, key=lambda s: s[0])
    )


def _first_not_kept(roots: Mapping[int, Root], kept: Sequence[Root]) -> str | None:
    for root in sorted(kept, key=lambda root: root.seq):
        if root.seq not in roots:
            return f"Gesamtprüfsumme {root.seq}, die Sie aufbewahrt haben, gibt es nicht mehr."
        if roots[root.seq].hash != root.hash:
            return f"Gesamtprüfsumme {root.seq} ist eine andere als die, die Sie aufbewahrt haben."
    return None
