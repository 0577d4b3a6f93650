"""A mail server that takes everything, and writes down what: `python -m chaos.sink LOG`.

The log gets one line for each mail, before the answer leaves, so that no sender can know more than
the log: microseconds since 1970, connection, recipient, Message-ID, bytes as they travelled. The
port is the first line on standard output.

An answer to a final dot comes a little later, as it does in life, so that kills find mails whose
answer is on its way.
"""

import argparse
import asyncio
import itertools
import os
import random
import re
import sys
import time

_MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_ANSWERS = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
    b"DATA": b"354 Go ahead\r\n",
    b"QUIT": b"221 Bye\r\n",
}
_numbers = itertools.count(1)


class Conversation(asyncio.Protocol):
    """One connection."""

    def __init__(self, log: int, delay: float) -> None:
        self._log, self._delay = log, delay
        self._number = next(_numbers)
        self._heard = bytearray()
        self._recipient = b""
        self._in_content = self._is_waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._heard += data
        self._go_on()

    def _go_on(self) -> None:
        """Take what was heard, up to a mail whose answer has to wait."""
        while not self._is_waiting and (self._content if self._in_content else self._command)():
            pass

    def _command(self) -> bool:
        line, end, rest = self._heard.partition(b"\r\n")
        if not end:
            return False
        self._heard = rest
        verb, _, argument = bytes(line).partition(b" ")
        verb = verb.upper()
        self._recipient = argument if verb == b"RCPT" else self._recipient
        self._in_content = verb == b"DATA"
        self._transport.write(_ANSWERS.get(verb, b"250 OK\r\n"))
        if verb == b"QUIT":
            self._transport.close()
        return True

    def _content(self) -> bool:
        content, end, rest = self._heard.partition(b"\r\n.\r\n")
        if not end:
            return False
        self._heard, self._in_content = rest, False
        self._write_down(bytes(content))
        self._is_waiting = True
        loop = asyncio.get_running_loop()
        loop.call_later(random.uniform(0, 2 * self._delay), self._answer)  # noqa: S311
        return True

    def _answer(self) -> None:
        self._is_waiting = False
        self._transport.write(b"250 2.0.0 Taken\r\n")
        self._go_on()

    def _write_down(self, content: bytes) -> None:
        found = _MESSAGE_ID.search(content[: 1 << 14])
        recipient = self._recipient.partition(b"<")[2].partition(b">")[0]
        words = (
            b"%d" % (time.time_ns() // 1000),
            b"%d" % self._number,
            recipient or b"-",
            found[1] if found else b"-",
            b"%d" % (len(content) + 5),
        )
        os.write(self._log, b" ".join(words) + b"\n")


async def serve(log: int, delay: float) -> None:
    """Take mails until the process ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Conversation(log, delay), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="sink", description=__doc__)
    parser.add_argument("log")
    parser.add_argument("--delay", type=float, default=5, help="milliseconds, on average")
    arguments = parser.parse_args()
    descriptor = os.open(arguments.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    asyncio.run(serve(descriptor, arguments.delay / 1000))
