import pytest

from config.startup import prepare


def pytest_configure(config: pytest.Config) -> None:
    """Have the real PostgreSQL and Redis there before the first test."""
    prepare()


@pytest.fixture(autouse=True)
def mailbox(settings, tmp_path):
    """Give every test a mailbox of its own."""
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    return settings.MAILBOX_DIR
