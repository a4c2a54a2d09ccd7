"""Carries out the steps of a Dockerfile without a container engine: in a folder, by a user without privileges."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template

from tests.package.stranger import Stranger, own_all

IMAGE_FOLDERS = re.compile(r"(?<!\w)/(?=(?:opt|build|var/lib)\b)")
"""Where an absolute path of the image begins; those below it belong to the image, all others to the machine."""


class UnknownStep(Exception):
    """A step that these hands have not learned."""


@dataclass(frozen=True)
class Step:
    word: str
    rest: str


def read_stages(text: str) -> list[list[Step]]:
    """The steps of each stage; the first one of each is its FROM."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    stages: list[list[Step]] = []
    for line in re.sub(r"\\\n\s*", " ", lines).splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            stages.append([])
        if word:
            stages[-1].append(Step(word, rest.strip()))
    return stages


class Replay:
    """An image in the making. Afterwards `environment`, `workdir`, `command` and `health` are those of a container."""

    def __init__(self, someone: Stranger, *, context: Path, uid: str) -> None:
        self.root = someone.folder / "image"
        self.base = someone.folder / "base"
        self.command: list[str] = []
        self.health: list[str] = []
        self.workdir = self.root
        self.environment: dict[str, str] = {}
        self._someone = someone
        self._context = context
        self._uid = uid
        self._by_hand = {
            "RUN": self._run_step,
            "COPY": self._copy,
            "ENV": self._set,
            "WORKDIR": self._go,
            "CMD": self._name_command,
            "HEALTHCHECK": self._name_health_check,
            "USER": self._check_user,
        }

    def play(self, stages: list[list[Step]]) -> None:
        """All stages; what a stage leaves behind is out of the way of the next."""
        self._prepare_base()
        for first, *steps in stages:
            self._begin()
            for step in steps:
                self._take(step)
            name = first.rest.partition(" AS ")[2]
            if name:
                self.root.rename(self._stage(name))

    def run(self, *command: str | Path) -> str:
        return self._someone.run(command, cwd=self.workdir, environment=self.environment)

    def program(self, name: str) -> Path:
        """Where the container would find it: to start a program, the machine would look in its own search path."""
        folders = self.environment["PATH"].split(":")
        return next(path for folder in folders if (path := Path(folder) / name).exists())

    def _prepare_base(self) -> None:
        """What the base image has: a Python with pip; and programs that only the root of a container may use."""
        self._someone.run([self._someone.python, "-m", "venv", self.base], cwd=self._someone.folder, environment={})
        useradd = self.base / "bin" / "useradd"
        useradd.write_text("#!/bin/sh\n", encoding="utf-8")
        useradd.chmod(0o755)
        own_all(self._someone)

    def _begin(self) -> None:
        self.workdir = self.root
        wheels = self._someone.folder / "wheels"
        self.environment = {
            "PATH": f"{self.base}/bin:/usr/bin:/bin",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": f"{wheels}/runtime {wheels}/build",
        }
        self._make(self.root)

    def _take(self, step: Step) -> None:
        if step.word in {"EXPOSE", "VOLUME"}:
            return
        if step.word not in self._by_hand:
            raise UnknownStep(f"{step.word} {step.rest}")
        self._by_hand[step.word](step.rest)

    def _run_step(self, rest: str) -> None:
        self.run("/bin/sh", "-ec", self._here(rest))

    def _copy(self, rest: str) -> None:
        words = shlex.split(rest)
        stage = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else None
        *sources, target = words
        place = Path(self._here(target)) if target.startswith("/") else self.workdir / target
        for source in sources:
            self._copy_one((self._stage(stage) if stage else self._context) / source.lstrip("/"), place, target)

    def _copy_one(self, source: Path, place: Path, target: str) -> None:
        """Folders are linked file by file, which is as good as a copy for who only reads them."""
        if source.is_dir():
            self._make(place)
            self.run("cp", "-al", f"{source}/.", place)
        else:
            self._make(place if target.endswith("/") else place.parent)
            self.run("cp", source, place)

    def _set(self, rest: str) -> None:
        for word in shlex.split(rest):
            name, _, value = word.partition("=")
            self.environment[name] = Template(self._here(value)).substitute(self.environment)

    def _go(self, rest: str) -> None:
        self._make(Path(self._here(rest)))
        self.workdir = Path(self._here(rest))

    def _name_command(self, rest: str) -> None:
        self.command = json.loads(rest)

    def _name_health_check(self, rest: str) -> None:
        self.health = json.loads(rest.partition("CMD ")[2])

    def _check_user(self, rest: str) -> None:
        assert rest == f"{self._uid}:{self._uid}"

    def _make(self, folder: Path) -> None:
        self._someone.run(["mkdir", "-p", folder], cwd=self._someone.folder, environment={})

    def _stage(self, name: str) -> Path:
        return self._someone.folder / f"stage-{name}"

    def _here(self, text: str) -> str:
        """The text with the image's paths in the folder, and the image's user as the one whose hands these are."""
        own = text.replace(f"--owner={self._uid}", f"--owner={self._someone.uid}")
        own = own.replace(f"--group={self._uid}", f"--group={self._someone.gid}")
        return IMAGE_FOLDERS.sub(f"{self.root}/", own)


def let_through(dockerignore: str) -> Iterator[str]:
    """The names that the builder gets: the file refuses all, then names those."""
    first, *others = [line for line in dockerignore.splitlines() if line and not line.startswith("#")]
    assert first == "*"
    yield from (line.removeprefix("!") for line in others if line.startswith("!"))
