"""Reading the environment: strictly, all faults at once, and never repeating a secret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.environment import Environment, is_loopback

SECRET = "hunter2-correct-horse"


def only_problem(env: Environment) -> str:
    """Return the name of the only variable that was found wrong."""
    (problem,) = env.problems
    assert problem.message.startswith(problem.variable)
    assert problem.hint.endswith(".")
    return problem.variable


@pytest.mark.parametrize("values", [{}, {"NAME": ""}, {"NAME": " \t"}])
def test_a_variable_that_is_unset_or_blank_has_its_default(values: dict[str, str]) -> None:
    env = Environment(values)
    assert env.text("NAME", "usual") == "usual"
    assert env.integer("NAME", 7, least=1, most=9) == 7
    assert env.boolean("NAME", default=True)
    assert env.url("NAME", "https://a.example", schemes={"https"}) == "https://a.example"
    assert env.secret("NAME", "") == ""
    assert env.problems == []


def test_blanks_around_a_text_are_not_meant() -> None:
    assert Environment({"NAME": " Morning  Post\n"}).text("NAME") == "Morning  Post"


@pytest.mark.parametrize("raw", ["1", "5", "9", "09"])
def test_an_integer_may_be_any_within_its_limits(raw: str) -> None:
    env = Environment({"COUNT": raw})
    assert env.integer("COUNT", 3, least=1, most=9) == int(raw)
    assert env.problems == []


@pytest.mark.parametrize(
    "raw",
    ["0", "10", "-1", "+5", "5.0", "five", "1e0", "5 5", "\N{ARABIC-INDIC DIGIT FIVE}", "0x5"],
)
def test_any_other_integer_is_noted_and_replaced(raw: str) -> None:
    env = Environment({"COUNT": raw})
    assert env.integer("COUNT", 3, least=1, most=9) == 3
    assert only_problem(env) == "COUNT"
    assert "1 to 9" in env.problems[0].hint


@pytest.mark.parametrize("raw", ["1", "true", "TRUE", "Yes", "on "])
def test_these_words_are_true(raw: str) -> None:
    env = Environment({"FLAG": raw})
    assert env.boolean("FLAG", default=False)
    assert env.problems == []


@pytest.mark.parametrize("raw", ["0", "false", "No", "OFF"])
def test_these_words_are_false(raw: str) -> None:
    env = Environment({"FLAG": raw})
    assert not env.boolean("FLAG", default=True)
    assert env.problems == []


@pytest.mark.parametrize("default", [True, False])
@pytest.mark.parametrize("raw", ["2", "y", "ture", "enabled", "None", "true false"])
def test_no_other_word_is_a_boolean(raw: str, default: bool) -> None:  # noqa: FBT001 - a parameter
    env = Environment({"FLAG": raw})
    assert env.boolean("FLAG", default=default) is default
    assert only_problem(env) == "FLAG"


@pytest.mark.parametrize(
    "raw",
    [
        "postgres://user:secret@db.example:5432/paperboy",
        "postgresql:///paperboy",
        "postgres://user:p%23%2Fss@db.example/paperboy?sslmode=require",
        "postgresql://user@%2Frun%2Fpostgresql/paperboy",
    ],
)
def test_an_address_of_a_wanted_kind_is_taken_as_it_is(raw: str) -> None:
    env = Environment({"DATABASE_URL": raw})
    assert env.url("DATABASE_URL", "", schemes={"postgres", "postgresql"}) == raw
    assert env.problems == []


def test_an_address_loses_the_slash_at_its_end() -> None:
    env = Environment({"SITE_URL": "https://paperboy.example/"})
    assert env.url("SITE_URL", "", schemes={"https"}) == "https://paperboy.example"


@pytest.mark.parametrize(
    "raw",
    [
        "paperboy.example",
        "localhost:8000",
        "http://paperboy.example",
        "https:",
        "https://",
        "https://[::1",
        "https://paperboy.example:80a",
        "https://user:pa#ss@paperboy.example",
        f"{SECRET}:x@paperboy.example",
        f"https://user:{SECRET}@[",
    ],
)
def test_any_other_address_is_noted_and_replaced(raw: str) -> None:
    env = Environment({"SITE_URL": raw})
    assert (
        env.url("SITE_URL", "https://usual.example", schemes={"https"}) == "https://usual.example"
    )
    assert only_problem(env) == "SITE_URL"


def test_networks_are_written_with_commas_between_them() -> None:
    env = Environment({"NETWORKS": " 10.1.0.0/16, fd00::/8 ,,192.0.2.7"})
    networks = env.networks("NETWORKS")
    assert [*map(str, networks)] == ["10.1.0.0/16", "fd00::/8", "192.0.2.7/32"]
    assert env.networks("OTHER") == ()
    assert env.problems == []


@pytest.mark.parametrize(
    "raw",
    [
        "10.1.2.3/16",
        "10.0.0.0/33",
        "10.1.0.0/16 fd00::/8",
        "home",
        "10.1",
        "127.1/8",
        "/8",
        "0.0.0.0/0",
    ],
)
def test_one_wrong_network_is_noted_and_permits_none(raw: str) -> None:
    env = Environment({"NETWORKS": f"10.1.0.0/16,{raw}"})
    assert env.networks("NETWORKS") == ()
    assert only_problem(env) == "NETWORKS"


def test_a_short_secret_is_noted_by_its_length() -> None:
    env = Environment({"SECRET_KEY": SECRET})
    assert env.secret("SECRET_KEY", "") == SECRET
    assert only_problem(env) == "SECRET_KEY"
    assert str(len(SECRET)) in env.problems[0].message


def test_a_long_secret_is_taken() -> None:
    env = Environment({"SECRET_KEY": "x" * 50})
    assert env.secret("SECRET_KEY", "") == "x" * 50
    assert env.problems == []


def test_everything_that_is_required_and_missing_is_noted() -> None:
    env = Environment({"FIRST": "here", "SECOND": "", "THIRD": " "})
    env.require("FIRST", "SECOND", "THIRD", "FOURTH")
    assert [problem.variable for problem in env.problems] == ["SECOND", "THIRD", "FOURTH"]


def test_all_problems_of_all_readers_are_collected() -> None:
    env = Environment({"A": "x", "B": "x", "C": "x", "D": "x"})
    env.integer("A", 1, least=1, most=2)
    env.boolean("B", default=False)
    env.url("C", "", schemes={"https"})
    env.secret("D", "")
    env.require("E")
    env.reject("F", "is odd", "Make it even.")
    assert [problem.variable for problem in env.problems] == list("ABCDEF")


@given(st.text())
def test_no_fault_of_an_address_repeats_any_of_it(noise: str) -> None:
    for raw in (f"{SECRET}{noise}", f"{noise}{SECRET}", f"https://u:{SECRET}{noise}@h"):
        env = Environment({"REDIS_URL": raw})
        env.url("REDIS_URL", "", schemes={"redis"})
        env.secret("REDIS_URL", "", least=10_000)
        assert len(env.problems) == 2
        assert SECRET not in repr(env.problems)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost",
        "http://LOCALHOST:8000",
        "http://127.0.0.1:8000",
        "https://127.8.9.1",
        "http://[::1]:8000",
    ],
)
def test_a_loopback_address_names_this_machine(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://paperboy.example",
        "http://192.168.0.1",
        "http://0.0.0.0",
        "http://localhost.example.org",
        "http://127.0.0.1.example.org",
        "https://localhost@paperboy.example",
        "https://paperboy.example/127.0.0.1",
        "http://[::1",
        "127.0.0.1",
        "",
    ],
)
def test_no_other_address_does(url: str) -> None:
    assert not is_loopback(url)


def test_a_choice_is_one_of_the_words_however_it_is_written() -> None:
    env = Environment({"LOG_LEVEL": "warning", "OTHER": "loud"})
    assert env.choice("LOG_LEVEL", "INFO", among=("INFO", "WARNING")) == "WARNING"
    assert env.choice("OTHER", "INFO", among=("INFO", "WARNING")) == "INFO"
    assert [problem.variable for problem in env.problems] == ["OTHER"]


def test_a_parser_of_ones_own_reads_what_is_set() -> None:
    env = Environment({"PACE": " 7 "})
    assert env.parsed("PACE", int, 1, hint="Give a number.") == 7
    assert env.parsed("OTHER", int, 1, hint="Give a number.") == 1
    assert env.problems == []


def test_what_a_parser_refuses_is_noted_in_its_words() -> None:
    env = Environment({"PACE": "fast"})
    assert env.parsed("PACE", int, 1, hint="Give a number.") == 1
    assert only_problem(env) == "PACE"
    assert "invalid literal" in env.problems[0].message
