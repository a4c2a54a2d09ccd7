"""The names under which worker processes hold jobs."""

import secrets
import socket


def process_name(pid: int) -> str:
    """What the names of all workers of a process of this machine begin with."""
    return f"{socket.gethostname()}:{pid}:"


def owner_name(pid: int) -> str:
    """The name of one worker of the process, which no other has."""
    return f"{process_name(pid)}{secrets.token_hex(4)}"
