"""What stands in the paths of readers' pages; registered once, before there are any paths."""

from django.urls import register_converter

from subscribers import tokens


class TokenConverter:
    """A token in a path; anything else that stands in its place is a 404 without a query."""

    regex = rf"[A-Za-z0-9_-]{{{tokens.LENGTH}}}"

    def to_python(self, value: str) -> str:
        """Return the token of a path."""
        return value

    def to_url(self, value: str) -> str:
        """Return what stands for a token in a path."""
        return value


register_converter(TokenConverter, "token")
