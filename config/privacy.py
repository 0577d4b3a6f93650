"""What is stored of a reader, told field by field: the privacy page is made from this.

No model is imported, so that the list stands beside all of them; a test compares it with every
field there is. A new field is named here, or the test fails.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored, in a reader's words, and in which fields, as `Model.field`.

    `until` says how long, where that is not until she erases it.
    """

    what: str | Promise
    words: str | Promise
    until: str | Promise = ""
    fields: Collection[str] = ()


KEPT = (
    Kept(
        _("Your address"),
        _(
            "As you typed it, and a keyed hash of it, by which we know it again. A new address "
            "that you want your mail moved to stands in the letter that asks you to confirm it; "
            "the one you had before, in the letter that tells it so."
        ),
        _("Both go with these letters, after 14 days."),
        ["Subscriber.email", "Subscriber.fingerprint", "Letter.address"],
    ),
    Kept(
        _("What you chose to read"),
        _(
            "The topics you follow, the words, authors and categories you typed, what you want to "
            "be spared, and the day you began with each. Words of your own are deleted once nobody "
            "has them any more."
        ),
        fields=[
            "Subscriber.topics",
            "Subscription.subscriber",
            "Subscription.topic",
            "Subscription.since",
            "Subscription.excludes",
            "NextMorning.newest_since",
        ],
    ),
    Kept(
        _("How and when you want it"),
        _(
            "Your time zone, hour and days; how many papers at most; short or full abstracts; the "
            "language; whether you want to hear of a week without papers; and until when you "
            "paused. From these comes when your next mail is due, and a number that you share with "
            "all who want the same."
        ),
        fields=[
            "Subscriber.time_zone",
            "Subscriber.hour",
            "Subscriber.days",
            "Subscriber.max_papers",
            "Subscriber.abstracts",
            "Subscriber.language",
            "Subscriber.hears_of_silence",
            "Subscriber.paused_until",
            "NextMorning.subscriber",
            "NextMorning.begins_at",
            "NextMorning.choice",
        ],
    ),
    Kept(
        _("Where you stand"),
        _(
            "Whether you are confirmed, paused or unsubscribed, and since when. And two random "
            "codes: they are your personal links."
        ),
        fields=[
            "Subscriber.state",
            "Subscriber.created_at",
            "Subscriber.confirmed_at",
            "Subscriber.unsubscribed_at",
            "Subscriber.preferences_token",
            "Subscriber.unsubscribe_token",
        ],
    ),
    Kept(
        _("What you say of papers"),
        _(
            "Where you pressed “more like this” or “not for me”: which paper, which of the two, "
            "and when. It is there to rank papers by."
        ),
        fields=["Feedback.subscriber", "Feedback.paper", "Feedback.verdict", "Feedback.given_at"],
    ),
    Kept(
        _("The letters you asked for"),
        _(
            "For each: its kind, when you asked for it, how often we tried, and when it left. Of "
            "the code in its link we keep a hash alone."
        ),
        fields=[
            "Letter.subscriber",
            "Letter.kind",
            "Letter.state",
            "Letter.token_fingerprint",
            "Letter.attempts",
            "Letter.requested_at",
            "Letter.next_attempt_at",
            "Letter.sent_at",
        ],
    ),
    Kept(
        _("The mails we sent you"),
        _(
            "For each morning: which papers, when the mail left, how often we tried, the name that "
            "the mail server gave it, and what went wrong if anything did. By this no paper comes "
            "twice."
        ),
        _(
            "Once you erase what is yours, this stays without you: that a mail was sent, not to "
            "whom."
        ),
        [
            "Delivery.subscriber",
            "Delivery.edition",
            "Delivery.bundle",
            "Delivery.date",
            "Delivery.attempts",
            "Delivery.state",
            "Delivery.reason",
            "Delivery.next_attempt_at",
            "Delivery.sent_at",
            "Delivery.message_id",
        ],
    ),
    Kept(
        _("What became of them"),
        _(
            "Where a mail provider tells us that it delivered a mail, or could not, or that you "
            "called it spam or left by way of it: which mail, a keyed hash of the address, what "
            "and when, and the codes that say why."
        ),
        _("90 days; 7 where all was well."),
        [
            "Event.provider",
            "Event.key",
            "Event.kind",
            "Event.delivery",
            "Event.recipient",
            "Event.reject_reason",
            "Event.is_bad_address",
            "Event.happened_at",
            "Event.received_at",
            "Event.applied_at",
            "Event.attempts",
            "Event.raw",
        ],
    ),
    Kept(
        _("Whom we must not write to"),
        _(
            "Where a mailbox did not exist, its reader called our mail spam, or we were asked to "
            "stop: a keyed hash of the address, the reason and the date. The address cannot be "
            "read from it."
        ),
        _("For good, erasing included: or we might write there again."),
        ["Suppression.fingerprint", "Suppression.reason", "Suppression.created_at"],
    ),
    Kept(
        _("Why somebody left"),
        _(
            "The day, the reason and the words, if you give any as you unsubscribe. Nothing in it "
            "says who you were. That you gave one is remembered apart from it, for a day."
        ),
        _("For good; it belongs to nobody."),
        ["Departure.left_on", "Departure.reason", "Departure.words"],
    ),
)

PASSING = (
    Kept(
        _("Your network address"),
        _(
            "When you send a public form, search, or have us look what your own words would bring, "
            "we count the requests of your network, so that no machine can fill the mailboxes of "
            "strangers, or keep us from serving others; on your page, we count yours. The "
            "count stands in memory beside the address or your number, and nothing else does."
        ),
        _("An hour at most."),
    ),
    Kept(
        _("New addresses"),
        _(
            "When mail is to be moved to an address, we count the letters that ask that address "
            "for a yes, so that nobody can fill the mailbox of a stranger. The count stands in "
            "memory beside a keyed hash of the address."
        ),
        _("14 days at most."),
    ),
    Kept(
        _("Cookies"),
        _(
            "Reading needs none. A page with a form sets one that shows that the form was ours; "
            "choosing a language at the foot of a page sets one that names it; and a note such as "
            "“Saved.” travels in one to the next page. None of them says who you "
            "are. Only those who run this site log in, and have a cookie for that."
        ),
        _(
            "That of a form until you close the browser; the language a year; the note until you "
            "have read it; the login 12 hours."
        ),
    ),
    Kept(
        _("Our logs"),
        _(
            "They name readers by number. Addresses and personal links are taken out before a line "
            "is written. A web server in front of ours may note which pages were asked for, and "
            "the words of your own with which you looked at a mail before signing up."
        ),
        _("As long as whoever runs this site keeps logs."),
    ),
    Kept(
        _("Mail servers"),
        _(
            "The mail server we send with, or the company that runs it for us, learns your address "
            "and sees our mail to you; so does your own mail provider. We ask ours to track "
            "neither opens nor clicks."
        ),
        _("As long as they say."),
    ),
)
