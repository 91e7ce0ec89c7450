"""A file system that can hang, as one on a network does: `python3 -m exporter.fuse_mount POINT PIDFILE PROGRAM…` mounts it in
a mount namespace of its own and becomes the program, which sees it at POINT. It holds one file, state.json. A process beside
the program serves it, by the kernel's own protocol (linux/fuse.h); its id is in PIDFILE, and SIGSTOP makes the mount hang. The
machine's other programs see nothing of it.
"""

import ctypes
import os
import signal
import stat
import struct
import sys
from typing import Optional

CONTENT = b'{"last_cycle": 1765944000}'
ROOT, FILE = 1, 2
LOOKUP, FORGET, GETATTR, OPEN, READ, STATFS, RELEASE, FLUSH, INIT, INTERRUPT, BATCH_FORGET = 1, 2, 3, 14, 15, 17, 18, 25, 26, 36, 42
ENOENT, ENOSYS = 2, 38
NEW_NAMESPACE, RECURSIVE, PRIVATE = 0x20000, 0x4000, 0x40000
DEATH_SIGNAL = 1
BLOCKS, FREE, BLOCK_SIZE = 1000, 250, 4096


def attributes(node: int) -> bytes:
    mode = stat.S_IFDIR | 0o755 if node == ROOT else stat.S_IFREG | 0o644
    size = len(CONTENT) if node == FILE else 0
    times = (1765944000,) * 3 + (0,) * 3
    return struct.pack("<6Q10I", node, size, 1, *times[:3], *times[3:], mode, 1, 0, 0, 0, BLOCK_SIZE, 0)


def answer(opcode: int, node: int, body: bytes) -> "bytes | int | None":
    """The answer's body, an errno, or None where the kernel waits for none. Nothing may be cached: every look must ask."""
    if opcode in (FORGET, BATCH_FORGET, INTERRUPT):
        return None
    if opcode == INIT:
        return struct.pack("<4I2H2I2H2I6I", 7, 31, 0, 0, 8, 8, 4096, 1, 1, 0, 0, 0, *[0] * 6)
    if opcode == GETATTR:
        return struct.pack("<Q2I", 0, 0, 0) + attributes(node)
    if opcode == LOOKUP:
        if body.rstrip(b"\0") != b"state.json":
            return ENOENT
        return struct.pack("<4Q2I", FILE, 0, 0, 0, 0, 0) + attributes(FILE)
    if opcode == STATFS:
        return struct.pack("<5Q4I6I", BLOCKS, FREE, FREE, 10, 10, BLOCK_SIZE, 255, BLOCK_SIZE, 0, *[0] * 6)
    if opcode == OPEN:
        return struct.pack("<Q2I", 0, 0, 0)
    if opcode == READ:
        _, offset, size = struct.unpack_from("<2QI", body)
        return CONTENT[offset : offset + size]
    return b"" if opcode in (RELEASE, FLUSH) else ENOSYS


def serve(device: int) -> None:
    while True:
        try:
            request = os.read(device, 1 << 17)
        except OSError:
            return  # unmounted
        _, opcode, unique, node = struct.unpack_from("<2I2Q", request)
        reply: Optional["bytes | int"] = answer(opcode, node, request[40:])
        if isinstance(reply, int):
            os.write(device, struct.pack("<IiQ", 16, -reply, unique))
        elif reply is not None:
            os.write(device, struct.pack("<IiQ", 16 + len(reply), 0, unique) + reply)


def main() -> None:
    point, pid_file, *program = sys.argv[1:]
    libc = ctypes.CDLL(None, use_errno=True)

    def check(result: int, what: str) -> None:
        if result != 0:
            raise OSError(ctypes.get_errno(), what)

    device = os.open("/dev/fuse", os.O_RDWR)
    check(libc.unshare(NEW_NAMESPACE), "unshare")
    check(libc.mount(b"none", b"/", None, RECURSIVE | PRIVATE, None), "a private mount namespace")
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other"
    check(libc.mount(b"salus-test", os.fsencode(point), b"fuse", 0, options.encode()), "mount")
    parent = os.getpid()
    server = os.fork()
    if server == 0:
        libc.prctl(DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() == parent:
            serve(device)
        os._exit(0)
    with open(pid_file, "w", encoding="ascii") as file:
        file.write(str(server))
    os.execv(program[0], program)


if __name__ == "__main__":
    main()
