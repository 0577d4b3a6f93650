import datetime as dt


class FetchError(Exception):
    """What could not be fetched: what is wrong and what to do about it, in one sentence.

    `is_transient` is true where the same request may succeed later; `retry_after` is how long the
    source asked us to wait; `status` is the HTTP status, where there was an answer; `words` are
    the source's own, from the beginning of its answer: text, one line, safe to store and show.
    """

    def __init__(
        self,
        reason: str,
        *,
        is_transient: bool = False,
        retry_after: dt.timedelta | None = None,
        status: int | None = None,
        words: str = "",
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_transient = is_transient
        self.retry_after = retry_after
        self.status = status
        self.words = words

    def __str__(self) -> str:
        return f'{self.reason}; it says "{self.words}"' if self.words else self.reason
