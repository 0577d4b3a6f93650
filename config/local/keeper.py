"""Keep one server running for as long as some process uses it, then stop it.

Run by its path, as `python -IS keeper.py SIGNAL ALIVE USERS SOCKETS COMMAND...`, so that it loads
nothing else: SIGNAL stops the server, ALIVE is the descriptor whose lock says that it runs, USERS
the file on which each user holds a shared lock, SOCKETS the folder to tidy away at the end.

Waiting for the exclusive lock on USERS is what makes this sure: the kernel grants it when the last
user is gone, be it by exit, by Ctrl-C or by `kill -9`.
"""

import fcntl
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path


def keep(stop: int, alive: int, users: Path, sockets: Path, command: list[str]) -> None:
    """Run the server until nobody uses it any more."""
    with users.open() as lock, subprocess.Popen(command, pass_fds=[alive]) as server:
        os.close(alive)  # a server that dies early frees the lock, though we stay
        fcntl.flock(lock, fcntl.LOCK_EX)
        server.send_signal(stop)
        server.wait()
        with suppress(OSError):  # the other server may still have its socket there
            sockets.rmdir()


if __name__ == "__main__":
    if os.fork() == 0:  # the starter waits for its own child only; this one belongs to init
        signal_number, alive_descriptor, users_file, socket_folder, *server_command = sys.argv[1:]
        keep(
            int(signal_number),
            int(alive_descriptor),
            Path(users_file),
            Path(socket_folder),
            server_command,
        )
