"""What the tester says of a draft is what happens once it is saved."""

from itertools import combinations

import factories as make
import pytest
from django.contrib.auth.models import User

from digests.admin.rules_trial import try_out
from digests.matching.changes import change_rules
from digests.matching.drafts import Outcome, outcome
from digests.matching.rematch import match_anew, rematch
from digests.matching.rules.language import RuleError
from digests.models import Paper, PaperTopic, Topic

pytestmark = pytest.mark.django_db
NOW = make.NOW
SAYS = [
    "An agent uses tools.",
    "A robot arm grasps cups.",
    "We prune weights.",
    "A benchmark of questions.",
    "Speech is recognised.",
    "Graphs of users.",
    "A policy is optimised.",
    "Images are segmented.",
]
DRAFTS = {
    "a phrase more": "{rules}\nalways: cup",
    "a great share": "{rules}\ncup, weights, questions, graphs, tools, users, policy is",
    "other rules": "title: cups\nimage | with graph\nrobot | unless robot arm",
    "a refusal": "{rules}\nnever: questions",
    "a note": "# cups\n{rules}",
    "hyphens": "{rules}\nalways: robot-arm",
}


@pytest.fixture
def papers(db: None) -> list[Paper]:
    """Store papers that say two or three things, with the topics of the whole catalogue."""
    texts = [" ".join(said) for count in (2, 3) for said in combinations(SAYS, count)]
    made = [make.paper(title=f"Cups {n}", abstract=text) for n, text in enumerate(texts)]
    match_anew(made)
    return made


def stored() -> set[tuple[int, int, tuple[str, ...]]]:
    rows = PaperTopic.objects.exclude(topic__kind=Topic.Kind.EVERYTHING)
    return {(row.topic_id, row.paper_id, tuple(row.because)) for row in rows}


def pairs(rows: set[tuple[int, int, tuple[str, ...]]]) -> set[tuple[int, int]]:
    return {row[:2] for row in rows}


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("draft", DRAFTS.values(), ids=DRAFTS)
def test_what_a_draft_would_change_is_what_saving_changes(draft: str) -> None:
    topic, before = Topic.objects.get(key="llm"), stored()
    rules = draft.format(rules=topic.rules)
    told = outcome(topic, rules, NOW)
    by = User.objects.create(username="ada")
    change_rules(topic, rules, instead_of=topic.rules, by=by, now=NOW)
    rematch(NOW)
    after = stored()
    gained = {row for row in after if row[:2] not in pairs(before)}
    lost = {row for row in before if row[:2] not in pairs(after)}
    assert {(number, *it) for number, side in told.balances.items() for it in side.gained} == gained
    assert {(number, *it) for number, side in told.balances.items() for it in side.lost} == lost


@pytest.mark.usefixtures("papers")
def test_a_topic_that_says_more_takes_papers_from_others() -> None:
    topic = Topic.objects.get(key="llm")
    told = outcome(topic, DRAFTS["a great share"].format(rules=topic.rules), NOW)
    others = {number: side for number, side in told.balances.items() if number != topic.pk}
    assert any(side.lost for side in others.values())
    shown = try_out(topic, DRAFTS["a great share"].format(rules=topic.rules), NOW).others
    assert {(it.topic.pk, it.gained, it.lost) for it in shown} == {
        (number, len(side.gained), len(side.lost)) for number, side in others.items()
    }


def test_the_same_rules_in_other_lines_change_nothing(papers: list[Paper]) -> None:
    topic = Topic.objects.get(key="robotics")
    assert outcome(topic, topic.rules.replace("\n", "\n\n"), NOW) == Outcome()


def test_a_merged_paper_is_not_tried() -> None:
    kept, gone = make.paper(title="Owls"), make.paper(title="Owls Again")
    match_anew([kept, gone])
    Paper.objects.filter(pk=gone.pk).update(merged_into=kept)
    topic = Topic.objects.get(key="llm")
    [balance] = outcome(topic, "always: owl", NOW).balances.values()
    assert [moved.paper for moved in balance.gained] == [kept.pk]


@pytest.mark.parametrize("rules", ["", "titel: owl", "never: owl"])
def test_a_draft_that_cannot_be_used_is_refused(rules: str) -> None:
    with pytest.raises(RuleError):
        outcome(Topic.objects.get(key="llm"), rules, NOW)
