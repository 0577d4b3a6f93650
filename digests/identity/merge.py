"""Two rows turn out to be one paper: the later one gives all it has to the earlier one."""

from django.db.models import Exists, OuterRef

from digests.models import Alias, DigestPaper, Paper, PaperTopic, Wording


def merge(gone: Paper, *, into: Paper) -> None:
    """Move the names and listings of `gone`, and have its number stand for `into` from now on.

    Nothing that was sent is forgotten: editions hold papers by number, and the number stays.
    Topics are not moved, since they follow from the words of the paper that remains.
    """
    _move_names(gone, into)
    _move_listings(gone, into)
    PaperTopic.objects.filter(paper=gone).delete()
    Wording.objects.filter(paper=gone).delete()
    _keep_withdrawn(gone, into)
    Paper.objects.filter(merged_into=gone).update(merged_into=into)
    Paper.objects.filter(pk=gone.pk).update(merged_into=into)


def _keep_withdrawn(gone: Paper, into: Paper) -> None:
    """See to it that what an operator withdrew does not come back under another number."""
    if gone.withdrawn_at and not into.withdrawn_at:
        into.withdrawn_at = gone.withdrawn_at
        into.save(update_fields=["withdrawn_at"])


def _move_names(gone: Paper, into: Paper) -> None:
    """Move all names, but for a title that both bear."""
    names = Alias.objects.filter(paper=gone)
    same = Alias.objects.filter(paper=into, kind=OuterRef("kind"), value=OuterRef("value"))
    names.filter(Exists(same)).delete()
    names.update(paper=into)


def _move_listings(gone: Paper, into: Paper) -> None:
    """Move its places in digests; of a digest that lists both, the place and votes of the better.

    So it is the same as if they had been one when it was stored.
    """
    listings = DigestPaper.objects.filter(paper=gone)
    same = DigestPaper.objects.filter(paper=into, digest=OuterRef("digest"))
    for row in listings.filter(Exists(same)):
        _join_listings(row, DigestPaper.objects.get(paper=into, digest=row.digest_id))
    listings.update(paper=into)


def _join_listings(gone: DigestPaper, kept: DigestPaper) -> None:
    kept.place = min(kept.place, gone.place)
    if gone.upvotes is not None and (kept.upvotes is None or gone.upvotes > kept.upvotes):
        kept.upvotes = gone.upvotes
        kept.sightings.all().delete()
        gone.sightings.update(listing=kept)
    kept.save()
    gone.delete()
