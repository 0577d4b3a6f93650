"""A server's answers, cut from the stream of its bytes."""

from typing import NamedTuple

LONGEST_LINE = 2_048  # RFC 5321, section 4.5.3.1.5 allows 512; some servers are wordy
MOST_LINES = 128
NO_CODE = 0


class AnswerError(Exception):
    """The server says more than any answer may hold."""


class Answer(NamedTuple):
    """A code, or `NO_CODE` where there is none, and the words of each line."""

    code: int
    lines: tuple[bytes, ...]


class AnswerReader:
    """Takes bytes however they are cut, and gives whole answers."""

    def __init__(self) -> None:
        self._rest = b""
        self._earlier: tuple[bytes, ...] = ()  # lines of an answer whose last is to come

    @property
    def is_amid_an_answer(self) -> bool:
        """Whether part of an answer is there that has not been given."""
        return bool(self._rest or self._earlier)

    def feed(self, data: bytes) -> list[Answer]:
        """Return the answers that `data` completes.

        Raises:
            AnswerError: for a line or a number of lines beyond all bounds.

        """
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            raise AnswerError("a line that does not end")
        return [answer for line in lines if (answer := self._add(line))]

    def _add(self, line: bytes) -> Answer | None:
        lines = (*self._earlier, line)
        if line[3:4] != b"-":
            self._earlier = ()
            return Answer(_code(lines), tuple([line[4:].rstrip(b"\r") for line in lines]))
        if len(lines) == MOST_LINES:
            raise AnswerError("an answer that does not end")
        self._earlier = lines
        return None


def _code(lines: tuple[bytes, ...]) -> int:
    """Return the code that all lines begin with."""
    code = lines[0][:3]
    is_code = len(code) == 3 and code.isdigit()  # noqa: PLR2004 - RFC 5321, section 4.2
    is_everywhere = len(lines) == 1 or all(line.startswith(code) for line in lines)
    return int(code) if is_code and is_everywhere else NO_CODE
