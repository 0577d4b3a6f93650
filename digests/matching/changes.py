"""Change the rules of a topic of the catalogue, and keep what they were."""

import datetime as dt

from django.contrib.auth.models import User
from django.db import transaction

from digests.matching.rules.language import TopicRules
from digests.matching.topics import shipped_rules
from digests.models import RuleChange, Topic


class ChangedMeanwhileError(Exception):
    """Somebody else changed the rules that were to be replaced."""


def tidied(rules: str) -> str:
    """Return rules as they are stored and compared: browsers end lines in their own way."""
    return "\n".join(line.rstrip() for line in rules.splitlines()).rstrip()


@transaction.atomic
def change_rules(topic: Topic, rules: str, *, instead_of: str, by: User, now: dt.datetime) -> bool:
    """Give a topic other rules and note who did; tell whether they differ from those it has.

    The papers of the last weeks meet them at the next `rematch`. Rules that are the shipped ones
    again follow the catalogue as before.

    Raises:
        RuleError: these rules cannot be used.
        ChangedMeanwhileError: the topic's rules are no longer `instead_of`.

    """
    rules = tidied(rules)
    TopicRules.parse(rules)
    stored = Topic.objects.catalogue().select_for_update().get(pk=topic.pk)
    if tidied(stored.rules) != tidied(instead_of):
        raise ChangedMeanwhileError(f"the rules of {stored.name!r} changed; look at them first")
    if rules == tidied(stored.rules):
        return False
    shipped = shipped_rules(stored)
    stored.has_own_rules = rules != tidied(shipped)
    stored.rules = rules if stored.has_own_rules else shipped
    stored.version += 1
    stored.save(update_fields=["rules", "has_own_rules", "version"])
    RuleChange.objects.create(topic=stored, rules=rules, changed_at=now, changed_by=by)
    return True
