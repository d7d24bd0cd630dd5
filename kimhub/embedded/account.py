"""Under which operating system account the embedded servers run.

An ordinary user runs them as itself. PostgreSQL refuses to run as root, so root gives them an account of
their own that owns nothing else, and lets it through to the data and to the programs, and no further.
"""

from __future__ import annotations

import errno
import os
import pwd
import shutil
import stat
import struct
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kimhub.embedded.errors import EmbeddedError

ACCOUNT = "kimhub-server"
_ACL = "system.posix_acl_access"


@dataclass(frozen=True)
class ServerAccount:
    """The account of the server processes; `name` is None where they run as whoever started them."""

    uid: int
    gid: int
    name: str | None = None

    @property
    def change_uid(self) -> int | None:
        """What `subprocess` is given as `user`: the account to change to, None to stay."""
        return None if self.name is None else self.uid

    @property
    def change_gid(self) -> int | None:
        """What `subprocess` is given as `group`."""
        return None if self.name is None else self.gid

    @property
    def change_groups(self) -> list[int] | None:
        """What `subprocess` is given as `extra_groups`: none of root's groups go along."""
        return None if self.name is None else []

    @classmethod
    def for_this_process(cls) -> ServerAccount:
        """Return the caller's own account, or for root the servers' account, made if missing."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        entry = _find_or_add(ACCOUNT)
        return cls(entry.pw_uid, entry.pw_gid, ACCOUNT)

    def own_directory(self, path: Path) -> None:
        """Make a directory that only this account (and root) can enter.

        Raises EmbeddedError where something else of that name exists, or where it belongs to somebody else.
        """
        try:
            path.mkdir(mode=0o700)
        except FileExistsError:
            pass
        else:
            os.chown(path, self.uid, self.gid)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise EmbeddedError(
                f"{path} ist kein Verzeichnis. Bitte benennen Sie es um und starten Sie erneut."
            )
        if found.st_uid != self.uid:
            raise EmbeddedError(
                f"{path} gehört dem Konto {account_name(found.st_uid)} statt {account_name(self.uid)}. "
                "Bitte starten Sie mit dem Konto, das es angelegt hat, "
                "oder wählen Sie mit KIMHUB_VAR ein anderes Verzeichnis."
            )
        path.chmod(0o700)

    def let_through(self, path: Path) -> None:
        """Let this account search `path` and every directory above it, where it cannot yet.

        Root's home is closed to others, for one. Only the right to pass, and only for this account, is added
        (POSIX access control list); reading and listing stay closed. Raises EmbeddedError where that fails.
        """
        if self.name is None or self._can(path, "-x"):
            return
        for directory in reversed([path, *path.parents]):
            if not self._can(directory, "-x"):
                self._allow_search(directory)

    def let_read(self, tree: Path) -> None:
        """Let this account run the programs below `tree`, as pip lays them down without a strict umask."""
        if self.name is None:
            return
        self.let_through(tree)
        for path in _walk(tree):
            mode = path.stat().st_mode
            wanted = mode | ((mode & 0o500) >> 3) | ((mode & 0o500) >> 6)
            if wanted != mode:
                path.chmod(stat.S_IMODE(wanted))

    def _can(self, path: Path, test: str) -> bool:
        command = ["/bin/sh", "-c", f'test {test} "$0"', str(path)]
        done = subprocess.run(  # noqa: S603 — a fixed command, the path is an argument
            command, check=False, cwd="/", user=self.uid, group=self.gid, extra_groups=[]
        )
        return done.returncode == 0

    def _allow_search(self, directory: Path) -> None:
        try:
            _add_search_entry(directory, self.uid)
        except OSError as error:
            raise EmbeddedError(
                f"Das Konto {self.name}, unter dem die Datenbank läuft, darf {directory} nicht betreten "
                f"({error.strerror}). Bitte legen Sie KIMHub in ein Verzeichnis, das alle betreten dürfen, "
                f"oder geben Sie es frei: chmod o+x {directory}"
            ) from error
        if not self._can(directory, "-x"):
            raise EmbeddedError(
                f"Das Konto {self.name}, unter dem die Datenbank läuft, kommt nicht durch {directory}. "
                "Bitte wählen Sie mit KIMHUB_VAR ein anderes Verzeichnis."
            )


def account_name(uid: int) -> str:
    """Return the name of an account, or its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _find_or_add(name: str) -> pwd.struct_passwd:
    """Return the account; add it first if there is none. Several processes may try at once."""
    program = shutil.which("useradd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    problem = "useradd fehlt"
    for _ in range(50):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            pass
        if program is None:
            break
        command = [program, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
                   "--shell", "/usr/sbin/nologin", name]  # fmt: skip
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 — fixed command
        problem = done.stderr.strip()
        if done.returncode != 0:
            time.sleep(0.2)  # another process holds the lock of /etc/passwd
    raise EmbeddedError(
        f"Die Datenbank darf nicht als root laufen; das Konto {name} ließ sich nicht anlegen ({problem}). "
        "Bitte starten Sie KIMHub mit einem gewöhnlichen Benutzerkonto."
    )


def _walk(tree: Path) -> Iterator[Path]:
    yield tree
    for root, directories, files in os.walk(tree):
        for name in (*directories, *files):
            path = Path(root, name)
            if not path.is_symlink():
                yield path


# acl(5) in the kernel's form: a version, then (tag, permissions, id) per entry, ordered by tag and id.
_VERSION = struct.Struct("<I")
_ENTRY = struct.Struct("<HHI")
_USER_OWNER, _USER, _GROUP_OWNER, _GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_NO_ID = 0xFFFFFFFF
_SEARCH = 1


def _add_search_entry(directory: Path, uid: int) -> None:
    """Add `user:UID:--x` to the directory's access control list and widen the mask just as far."""
    entries = _entries(directory)
    entries[_USER, uid] = entries.get((_USER, uid), 0) | _SEARCH
    if (_MASK, _NO_ID) not in entries:
        entries[_MASK, _NO_ID] = entries[_GROUP_OWNER, _NO_ID]
    entries[_MASK, _NO_ID] |= _SEARCH
    packed = b"".join(
        _ENTRY.pack(tag, permissions, who) for (tag, who), permissions in sorted(entries.items())
    )
    os.setxattr(directory, _ACL, _VERSION.pack(2) + packed)


def _entries(directory: Path) -> dict[tuple[int, int], int]:
    try:
        packed = os.getxattr(directory, _ACL)
    except OSError as error:
        if error.errno != errno.ENODATA:
            raise
        mode = directory.stat().st_mode
        return {
            (_USER_OWNER, _NO_ID): mode >> 6 & 7,
            (_GROUP_OWNER, _NO_ID): mode >> 3 & 7,
            (_OTHER, _NO_ID): mode & 7,
        }
    return {(tag, who): permissions for tag, permissions, who in _ENTRY.iter_unpack(packed[_VERSION.size :])}
