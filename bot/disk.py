"""What kind of disk a file lies on: one that stays, one that goes with its container, or another machine's."""

import os
from dataclasses import dataclass
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_REMOTE = {
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
}
_PASSING = {"aufs", "overlay", "ramfs", "tmpfs"}
_REMOTE_FUSE = ("fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse", "fuse.davfs")


@dataclass(frozen=True, slots=True)
class Mount:
    """A file system: its kind, and where it is mounted."""

    kind: str
    at: Path

    @property
    def is_remote(self) -> bool:
        """Whether it lies on another machine: SQLite's locks and shared memory cannot be relied on there."""
        return self.kind in _REMOTE or self.kind.startswith(_REMOTE_FUSE)

    @property
    def is_passing(self) -> bool:
        """Whether it is gone with its container, or when the machine stops."""
        return self.kind in _PASSING


def mount_of(path: Path, mounts: Path = _MOUNTS) -> Mount | None:
    """What a file lies on, or will once it is there; `None` where the system does not say, as it does on Linux."""
    try:
        lines = mounts.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return None
    found: Mount | None = None
    wanted = Path(os.path.realpath(path))
    for line in lines:  # the later of two at the same point lies above the other
        before, _, after = line.partition(" - ")
        at = Path(before.split(" ")[4].replace("\\040", " "))
        if wanted.is_relative_to(at) and (found is None or len(at.parts) >= len(found.at.parts)):
            found = Mount(after.split(" ")[0], at)
    return found


def standing(path: Path) -> Path:
    """The nearest folder above a path that is there."""
    return next(folder for folder in path.absolute().parents if folder.is_dir())
