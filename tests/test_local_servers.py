"""The local servers, tried for real in checkouts of their own."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT, SIGKILL
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from config.local import LocalServerError, accounts, initdb, places

USE_SERVERS = """
import sys
from config import local
try:
    local.ensure_running(postgres=True, redis=True)
except local.LocalServerError as error:
    sys.exit(str(error))
print(local.database_url(), local.redis_url(), flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class User:
    """A process that uses the servers of its checkout until its input is closed."""

    process: subprocess.Popen[str]
    database_url: str
    redis_url: str

    @property
    def sockets(self) -> Path:
        return Path(urlsplit(self.redis_url).path).parent

    def sql(self, statement: str, database: str = "paperboy") -> object:
        with psycopg.connect(self.database_url, dbname=database, autocommit=True) as connection:
            cursor = connection.execute(statement)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.redis_url, decode_responses=True)

    def postgres_process(self) -> int:
        return int(str(self.sql("select pg_read_file('postmaster.pid')")).splitlines()[0])

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def using(checkout: Path) -> Iterator[User]:
    with spawn(checkout) as process:
        yield greet(process)
        assert process.stdin
        process.stdin.close()


def spawn(checkout: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USE_SERVERS],
        cwd=checkout,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def greet(process: subprocess.Popen[str]) -> User:
    """Wait until the process has its servers."""
    assert process.stdout
    line = process.stdout.readline()
    assert line.startswith("postgresql://"), line + process.stdout.read()
    return User(process, *line.split())


def refusal(checkout: Path) -> str:
    """Return what a user is told who cannot have the servers."""
    with spawn(checkout) as process:
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    return output


def command(checkout: Path, verb: str) -> str:
    run = [sys.executable, "-m", "config.local", verb]
    return subprocess.run(run, cwd=checkout, check=True, capture_output=True, text=True).stdout


def becomes_true(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def make_checkout(folder: Path) -> Path:
    shutil.copytree(places.PROJECT / "config" / "local", folder / "config" / "local")
    (folder / "config" / "__init__.py").touch()
    return folder


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    with using(make_checkout(tmp_path_factory.mktemp("in use"))) as user:
        yield user


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a checkout whose data folders are made and whose servers are stopped."""
    folder = make_checkout(tmp_path_factory.mktemp("prepared"))
    with using(folder) as user:
        pass
    assert becomes_true(lambda: not user.sockets.exists())
    return folder


@pytest.fixture
def checkout(prepared: Path, tmp_path: Path) -> Path:
    return shutil.copytree(prepared, tmp_path / 'my "morning\'s" paper é')


def test_psycopg_reaches_the_database(user: User) -> None:
    assert user.sql("select current_database()") == "paperboy"


def test_redis_py_reaches_redis(user: User) -> None:
    with user.redis() as client:
        assert client.ping()


def test_what_is_committed_is_on_disk(user: User) -> None:
    assert user.sql("show fsync") == user.sql("show synchronous_commit") == "on"
    with user.redis() as client:
        assert client.config_get("appendonly") == {"appendonly": "yes"}


def test_no_tcp_port_is_opened(user: User) -> None:
    assert user.sql("show listen_addresses") == ""
    with user.redis() as client:
        assert client.config_get("port") == {"port": "0"}


def test_nobody_else_may_enter_the_socket_folder(user: User) -> None:
    assert user.sockets.stat().st_mode & 0o777 == 0o700


def test_the_terminals_ctrl_c_does_not_reach_the_servers(user: User) -> None:
    assert os.getsid(user.postgres_process()) != os.getsid(user.process.pid)


def test_the_servers_are_shared_and_stay_until_the_last_process_is_gone(checkout: Path) -> None:
    with using(checkout) as first:
        with using(checkout) as second:
            assert second.postgres_process() == first.postgres_process()
        assert second.process.returncode == 0
        assert first.sql("select 1") == 1
        first.kill()
    assert becomes_true(lambda: not first.sockets.exists())
    assert command(checkout, "status").count("stopped") == 2


def test_processes_that_come_at_once_to_a_new_checkout_share_one_pair(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path / '`new` "$checkout" é')
    processes = [spawn(checkout) for _ in range(3)]
    assert len({greet(process).postgres_process() for process in processes}) == 1
    for process in processes:
        process.communicate()


def test_servers_killed_at_work_come_back_with_what_was_committed(checkout: Path) -> None:
    with using(checkout) as user:
        user.sql("create table kept ()")
        os.kill(user.postgres_process(), SIGKILL)
        with user.redis() as client:
            client.set("kept", "yes")
            os.kill(client.info("server")["process_id"], SIGKILL)
        with using(checkout) as later, later.redis() as client:
            assert later.sql("select count(*) from kept") == 0
            assert client.get("kept") == "yes"


def test_a_dropped_database_is_made_again(checkout: Path) -> None:
    with using(checkout) as user:
        user.sql("drop database paperboy", database="postgres")
        with using(checkout) as later:
            assert later.sql("select current_database()") == "paperboy"


def test_a_moved_checkout_finds_its_data(checkout: Path, tmp_path: Path) -> None:
    with using(checkout) as user:
        user.sql("create table kept ()")
    assert becomes_true(lambda: not user.sockets.exists())
    with using(checkout.rename(tmp_path / "moved")) as user:
        assert user.sql("select count(*) from kept") == 0


def test_a_copy_made_while_the_original_runs_runs_beside_it(prepared: Path, tmp_path: Path) -> None:
    original, copy = (shutil.copytree(prepared, tmp_path / name) for name in ("original", "copy"))
    with using(original) as user:
        process_id = "var/postgres/postmaster.pid"
        shutil.copy(original / process_id, copy / process_id)
        with using(copy) as other:
            assert other.postgres_process() != user.postgres_process()
            assert other.sockets != user.sockets


def test_a_half_made_data_folder_is_made_anew(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path)
    half_made = checkout / "var" / "postgres.new-killed"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    with using(checkout) as user:
        assert user.sql("select 1") == 1
    assert not half_made.exists()


def test_stop_ends_servers_in_use(checkout: Path) -> None:
    with using(checkout) as user:
        assert command(checkout, "stop") == "PostgreSQL stopped.\nRedis stopped.\n"
        with pytest.raises(psycopg.OperationalError):
            user.sql("select 1")


def test_an_error_shows_the_log_and_the_way_out(checkout: Path) -> None:
    with (checkout / "var" / "postgres" / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    told = refusal(checkout)
    assert "PostgreSQL did not start." in told
    assert 'unrecognized configuration parameter "no_such_setting"' in told
    assert "set DATABASE_URL" in told


def test_servers_that_run_but_cannot_be_reached_are_explained(checkout: Path) -> None:
    with using(checkout) as user:
        shutil.rmtree(user.sockets)
        assert "does not answer at" in refusal(checkout)


def test_programs_copied_from_a_folder_whose_name_a_shell_would_read_still_work(
    tmp_path: Path,
) -> None:
    copy = initdb.copy_programs(tmp_path) / "initdb"
    version = subprocess.run([copy, "--version"], check=True, capture_output=True, text=True).stdout
    assert version.startswith("initdb (PostgreSQL) 18")


def test_a_socket_folder_open_to_others_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sockets").mkdir(mode=0o755)
    with pytest.raises(LocalServerError, match="drwxr-xr-x"):
        places.make_private(tmp_path / "sockets")


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path)
    (checkout / "var").write_text("a file, not a folder")
    assert f"cannot use {checkout / 'var'}" in refusal(checkout)


def test_root_without_setpriv_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda _program: None)
    with pytest.raises(LocalServerError, match="install util-linux"):
        accounts.command_as(accounts.Account(1, 1), ["postgres"], stop=SIGINT)


def test_without_root_nobody_is_switched_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("shutil.which", lambda program: f"/usr/bin/{program}")
    command = accounts.command_as(accounts.Account(1000, 1000), ["postgres"], stop=SIGINT)
    assert command == ["/usr/bin/setpriv", "--pdeathsig", "INT", "--", "postgres"]


def test_a_missing_wheel_is_named() -> None:
    with pytest.raises(LocalServerError, match="no_such_wheel is not installed"):
        places.package_folder("no_such_wheel")
