"""Somebody who has a folder and a Python, and nothing of the checkout, of pip's settings or of the home around it."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STOP_SECONDS = 20
OFFLINE = {
    "PIP_CONFIG_FILE": "/dev/null",
    "PIP_INDEX_URL": "http://127.0.0.1:9/unreachable",  # nothing listens on the port that discards
    "PIP_RETRIES": "0",
    "PIP_COMPILE": "0",  # takes longer than the installation itself
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}


@dataclass(frozen=True)
class Stranger:
    folder: Path
    """Holds all that the stranger owns."""
    python: str
    uid: int = field(default_factory=os.geteuid)
    gid: int = field(default_factory=os.getegid)

    def run(self, command: Sequence[str | Path], *, cwd: Path, environment: Mapping[str, str]) -> str:
        """What the command prints. Fails, with what it said, where the command fails."""
        finished = subprocess.run(
            command,
            cwd=cwd,
            env=self._environment(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self._identity(),
        )
        assert finished.returncode == 0, f"{command} ended with {finished.returncode}:\n{finished.stdout}"
        return finished.stdout

    @contextlib.contextmanager
    def running(
        self, command: Sequence[str | Path], *, cwd: Path, environment: Mapping[str, str]
    ) -> Iterator[subprocess.Popen[bytes]]:
        """The command runs for as long as the block lasts; what it said is passed on, for pytest to show."""
        said = self.folder / "said.txt"
        with said.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=self._environment(environment),
                stdout=output,
                stderr=output,
                **self._identity(),
            )
            try:
                yield process
                assert process.poll() is None, f"{command} has ended"
            finally:
                process.terminate()
                process.wait(timeout=STOP_SECONDS)
                sys.stdout.write(said.read_text(encoding="utf-8"))

    def _environment(self, environment: Mapping[str, str]) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent", **OFFLINE, **environment}

    def _identity(self) -> dict[str, object]:
        other = self.uid != os.geteuid()
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if other else {}


@contextlib.contextmanager
def stranger(uid: int) -> Iterator[Stranger]:
    """Another user of this machine. Who is not root can only be themselves."""
    own = uid if os.geteuid() == 0 else os.geteuid()
    folder = Path(tempfile.mkdtemp(prefix="facility-standards-"))
    try:
        someone = Stranger(folder, python="", uid=own, gid=own if os.geteuid() == 0 else os.getegid())
        own_all(someone)
        yield Stranger(folder, python=_python_for(someone), uid=someone.uid, gid=someone.gid)
    finally:
        if os.geteuid() != 0:
            subprocess.run(["chmod", "-R", "u+w", folder], check=True)
        shutil.rmtree(folder)


def own_all(someone: Stranger) -> None:
    """What was put into the folder is the stranger's."""
    subprocess.run(["chown", "-R", f"{someone.uid}:{someone.gid}", someone.folder], check=True)


def _python_for(someone: Stranger) -> str:
    """A Python of the version that the wheels are for; the one in use may lie where only its owner may look."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    candidates = (str(Path(sys.executable).resolve()), f"/usr/local/bin/python{version}", f"/usr/bin/python{version}")
    for candidate in candidates:
        if _can_use(someone, candidate):
            return candidate
    raise AssertionError(f"user {someone.uid} can use none of {candidates}: install python{version}-venv")


def _can_use(someone: Stranger, python: str) -> bool:
    question = f"import ensurepip, venv, sys; assert sys.version_info[:2] == {sys.version_info[:2]}"
    try:
        someone.run([python, "-c", question], cwd=someone.folder, environment={})
    except (OSError, AssertionError):
        return False
    return True
