"""Fuzz one target: `python -m fuzz.child TARGET FOLDER [options of libFuzzer]`.

The folder holds what is kept: `corpus/`, `slowest` and, after a crash, the input that caused it.
"""

import sys
from pathlib import Path
from random import Random
from time import process_time

import atheris

with atheris.instrument_imports(include=["digests", "email", "html"]):
    from mutations import damage, seeds

    from digests.sources import Kind
    from fuzz.targets import DETECTED, READABLE, TARGETS

MOST_ACCIDENTS = 4  # at once; libFuzzer piles up more of them where they lead somewhere


def main(target: str, folder: Path, options: list[str]) -> None:
    """Fuzz until the options say that it is enough, or the first crash."""
    kind = None if target in {DETECTED, READABLE} else Kind(target)
    others = seeds(kind)
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(others):
        (corpus / f"seed-{number}").write_bytes(seed)

    def mutate(data: bytes, largest: int, seed: int) -> bytes:
        chance = Random(seed)  # noqa: S311 - chances of a test
        if chance.random() < 1 / 2:
            return bytes(atheris.Mutate(data, largest))
        return damage(data, chance, others, chance.randint(1, MOST_ACCIDENTS))[:largest]

    atheris.Setup(
        [sys.argv[0], *options, str(corpus)], _Timed(target, folder), custom_mutator=mutate
    )
    atheris.Fuzz()


class _Timed:
    """The target, which keeps its slowest input."""

    def __init__(self, target: str, folder: Path) -> None:
        self._run, self._folder, self._worst = TARGETS[target], folder, 0.0

    def __call__(self, data: bytes) -> None:
        started = process_time()
        self._run(data)
        seconds = process_time() - started
        if seconds > self._worst:
            self._worst = seconds
            (self._folder / "slowest").write_bytes(data)
            (self._folder / "slowest.seconds").write_text(f"{seconds:.4f}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
