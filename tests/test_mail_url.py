"""EMAIL_URL: what each form means, and what a wrong one says."""

import pytest
from django.utils.module_loading import import_string
from hypothesis import given
from hypothesis import strategies as st

from config.mail_url import PROVIDERS, SMTP_PORTS, MailURLError, parse

SECRET = "hunter2-correct-horse"


def complaint(url: str) -> str:
    with pytest.raises(MailURLError) as caught:
        parse(url)
    return str(caught.value)


def test_without_a_url_mail_goes_to_the_local_mailbox() -> None:
    mail = parse("")
    assert mail.backend == "config.local.mailbox.MailboxBackend"
    assert mail.transport == "mailbox"
    assert mail.smtp == mail.anymail == {}


@pytest.mark.parametrize(
    ("scheme", "port", "starttls", "tls"),
    [
        ("smtp", 587, True, False),
        ("smtps", 465, False, True),
        ("smtp+plain", 25, False, False),
    ],
)
def test_each_kind_of_smtp_has_its_port_and_its_encryption(
    scheme: str,
    port: int,
    starttls: bool,  # noqa: FBT001 - a parameter of the test
    tls: bool,  # noqa: FBT001 - the same
) -> None:
    smtp = parse(f"{scheme}://mail.example.org").smtp
    assert (smtp["EMAIL_HOST"], smtp["EMAIL_PORT"]) == ("mail.example.org", port)
    assert (smtp["EMAIL_USE_TLS"], smtp["EMAIL_USE_SSL"]) == (starttls, tls)
    assert smtp["EMAIL_HOST_USER"] == smtp["EMAIL_HOST_PASSWORD"] == ""


@pytest.mark.parametrize("scheme", SMTP_PORTS)
def test_smtp_leaves_by_the_smtp_transport(scheme: str) -> None:
    mail = parse(f"{scheme}://mail.example.org")
    assert mail.transport == "smtp"
    assert mail.backend == "django.core.mail.backends.smtp.EmailBackend"


def test_a_server_may_have_ten_minutes_for_its_last_word() -> None:
    assert parse("smtp://mail.example.org").smtp["EMAIL_TIMEOUT"] == 600


def test_a_port_of_ones_own_is_taken() -> None:
    assert parse("smtp://mail.example.org:2525/").smtp["EMAIL_PORT"] == 2525


def test_user_and_password_may_hold_any_character_written_in_percents() -> None:
    smtp = parse("smtps://ada%40example.org:p%23%2F%3F%40%25s@mail.example.org").smtp
    assert smtp["EMAIL_HOST_USER"] == "ada@example.org"
    assert smtp["EMAIL_HOST_PASSWORD"] == "p#/?@%s"


@pytest.mark.parametrize(
    ("url", "anymail"),
    [
        ("brevo://KEY@", {"BREVO_API_KEY": "KEY"}),
        (
            "mailgun://KEY@news.example.org",
            {"MAILGUN_API_KEY": "KEY", "MAILGUN_SENDER_DOMAIN": "news.example.org"},
        ),
        ("postmark://KEY@", {"POSTMARK_SERVER_TOKEN": "KEY"}),
        ("resend://re_%2FKey@", {"RESEND_API_KEY": "re_/Key"}),
        ("sparkpost://KEY@", {"SPARKPOST_API_KEY": "KEY"}),
    ],
)
def test_a_provider_has_its_key_where_anymail_looks_for_it(
    url: str, anymail: dict[str, str]
) -> None:
    mail = parse(url)
    assert mail.transport == "provider"
    assert mail.anymail == anymail
    assert mail.smtp == {}


@pytest.mark.parametrize("scheme", sorted(PROVIDERS))
def test_anymail_has_a_backend_for_every_provider(scheme: str) -> None:
    backend = import_string(parse(f"{scheme}://KEY@news.example.org").backend)
    assert backend.esp_name.lower() == scheme


@pytest.mark.parametrize("scheme", SMTP_PORTS)
def test_smtp_without_a_host_is_refused(scheme: str) -> None:
    assert "names no host" in complaint(f"{scheme}://")
    assert "names no host" in complaint(f"{scheme}://user:{SECRET}@")


@pytest.mark.parametrize("scheme", sorted(PROVIDERS))
def test_a_provider_without_its_key_is_refused_with_the_right_form(scheme: str) -> None:
    assert f"{scheme}://KEY@" in complaint(f"{scheme}://{SECRET}")


def test_mailgun_without_its_domain_is_refused() -> None:
    assert "names no domain" in complaint(f"mailgun://{SECRET}@")


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://mail.example.org", "gmail://x@", "://"]
)
def test_an_unknown_scheme_is_refused_with_those_that_are_known(url: str) -> None:
    said = complaint(url)
    assert all(f"{scheme}://" in said for scheme in (*SMTP_PORTS, *PROVIDERS))


@pytest.mark.parametrize(
    "url",
    [
        "smtp://user:12/34@mail.example.org",
        "smtp://user:12?34@mail.example.org",
        "smtp://user:12#34@mail.example.org",
        "smtp://mail.example.org/inbox",
        "smtp://mail.example.org?tls=no",
        "resend://ke/y@",
    ],
)
def test_what_goes_on_after_the_host_is_refused_and_not_forgotten(url: str) -> None:
    assert "%2F %3F %23" in complaint(url)


@pytest.mark.parametrize(
    "url", ["smtp://mail.example.org:x", "smtp://[::1", "smtp://u:p#ss@mail.example.org"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    assert complaint(url)


@given(st.text(), st.sampled_from([*SMTP_PORTS, *PROVIDERS, "pigeon", ""]))
def test_no_complaint_repeats_any_of_a_secret(noise: str, scheme: str) -> None:
    for url in (f"{SECRET}{noise}", f"{scheme}://u:{SECRET}{noise}", f"{scheme}:{noise}{SECRET}"):
        try:
            parse(url)
        except MailURLError as error:
            assert SECRET not in str(error)  # noqa: PT017 - some of these are right
