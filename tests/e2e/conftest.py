from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test.utils import setup_databases, teardown_databases
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from e2e import chromium, worlds
from e2e.worlds import World


def pytest_configure() -> None:
    """Say what is missing before anything is begun: no test here is worth skipping."""
    if not chromium.executable():
        raise pytest.UsageError(chromium.MISSING)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the one browser of all tests."""
    with chromium.browser() as running:
        yield running


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Make the database whatever the tests' marks say: none of them is undone after each test."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
        yield
        worlds.let_go()
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def shared_world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """Give the one world of all tests: what they do to it stays, each with readers of its own."""
    with django_db_blocker.unblock(), worlds.world(tmp_path_factory.mktemp("mailbox")) as made:
        yield made


@pytest.fixture
def world(shared_world: World, mailbox: Path) -> World:
    """Give the world, with a mailbox of this test's own."""
    return replace(shared_world, mailbox=mailbox)
