class LocalServerError(RuntimeError):
    """A local server cannot be had; the message says what failed, what its log says, what to do."""

    def __init__(self, what: str, *, remedy: str, log: str = "") -> None:
        said = f"\n\nThe last lines it wrote:\n{last_lines(log)}" if log.strip() else ""
        super().__init__(f"{what}{said}\n\nWhat to do: {remedy}")


def last_lines(log: str, count: int = 12) -> str:
    """Return the end of a log, indented."""
    return "\n".join(f"    {line}" for line in log.splitlines()[-count:])
