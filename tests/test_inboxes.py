import pytest

from subscribers import inboxes


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        ("ada@gmail.com", "gmail"),
        ("ada@hotmail.fr", "outlook"),
        ("gmail.com@web.de", "web-de"),
        ("ada@qq.com", "qq"),
    ],
)
def test_the_domain_tells_where_her_inbox_is(address: str, slug: str) -> None:
    inbox = inboxes.of(address)
    assert inbox == inboxes.BY_SLUG[slug]


@pytest.mark.parametrize("address", ["ada@example.org", "ada@mail.gmail.com", "ada@notgmail.com"])
def test_other_domains_tell_nothing(address: str) -> None:
    assert inboxes.of(address) is None


def test_inboxes_are_opened_over_https_alone() -> None:
    assert all(inbox.link.startswith("https://") for inbox in inboxes.BY_SLUG.values())
