"""What it means for mail that a paper is withdrawn: it is left out as each mail is printed."""

from digests.models import Paper
from newsletter.models import Delivery


def unsent_with(paper: Paper) -> int:
    """Count the deliveries that hold a paper, under any number of its, and have not left yet.

    Two queries, so that each has its index: what is open is found by its bundles, what was put off
    by itself.
    """
    numbers = [paper.pk, *paper.merged.values_list("pk", flat=True)]
    holding = Delivery.objects.filter(edition__paper_ids__overlap=numbers)
    open_ones = holding.waiting().filter(bundle__is_settled=False)
    return open_ones.count() + holding.put_off().count()
