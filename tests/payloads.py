"""What each provider posts when a mail of ours fares somehow: their forms, our made-up values."""

import base64
import datetime as dt
import hashlib
import hmac
import json
from typing import Any

from svix.webhooks import Webhook

LOGIN = "paperboy:only-for-tests-Qm4LhYs9DgEa3UuXr7k"
SIGNING_KEY = "whsec_" + base64.b64encode(b"only for tests, and long").decode()
WHEN = dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(hours=1)
SUBJECT, LINK = "7 papers on Diffusion", "<https://paperboy.example/u/jZ3xYt0aQpLw8sVbN2kFdg>"
GONE = "550 5.1.1 <{}>: no such user here"
# Provider -> what befell the mail -> what it calls that.
WORDS: dict[str, dict[str, dict[str, Any]]] = {
    "brevo": {
        "queued": {"event": "request"},
        "delivered": {"event": "delivered"},
        "deferred": {"event": "deferred"},
        "gone": {"event": "hard_bounce"},
        "bounced": {"event": "soft_bounce"},
        "complained": {"event": "spam"},
        "unsubscribed": {"event": "unsubscribe"},
        "rejected": {"event": "blocked"},
        "failed": {"event": "error"},
        "opened": {"event": "unique_opened"},
    },
    "mailgun": {
        "delivered": {"event": "delivered"},
        "deferred": {"event": "failed", "severity": "temporary", "reason": "generic"},
        "gone": {"event": "failed", "severity": "permanent", "reason": "bounce"},
        "bounced": {"event": "failed", "severity": "permanent", "reason": "old"},
        "complained": {"event": "complained"},
        "unsubscribed": {"event": "unsubscribed"},
        "rejected": {"event": "rejected", "reject": {"reason": "Sandbox"}},
        "opened": {"event": "opened"},
    },
    "postmark": {
        "delivered": {"RecordType": "Delivery"},
        "deferred": {"RecordType": "Bounce", "Type": "Transient"},
        "gone": {"RecordType": "Bounce", "Type": "HardBounce"},
        "bounced": {"RecordType": "Bounce", "Type": "SoftBounce"},
        "complained": {"RecordType": "SpamComplaint", "Type": "SpamComplaint"},
        "unsubscribed": {
            "RecordType": "SubscriptionChange",
            "SuppressSending": True,
            "SuppressionReason": "ManualSuppression",
        },
        "rejected": {"RecordType": "Bounce", "Type": "Blocked"},
        "failed": {"RecordType": "Bounce", "Type": "SMTPApiError"},
        "opened": {"RecordType": "Open", "FirstOpen": True},
    },
    "resend": {
        "sent": {"type": "email.sent"},
        "delivered": {"type": "email.delivered"},
        "deferred": {"type": "email.delivery_delayed"},
        "gone": {"type": "email.bounced", "bounce": "Permanent"},
        "bounced": {"type": "email.bounced", "bounce": "Transient"},
        "complained": {"type": "email.complained"},
        "opened": {"type": "email.opened"},
    },
    "sparkpost": {
        "queued": {"type": "injection"},
        "delivered": {"type": "delivery"},
        "deferred": {"type": "delay", "bounce_class": "20"},
        "gone": {"type": "bounce", "bounce_class": "10"},
        "bounced": {"type": "out_of_band", "bounce_class": "22"},
        "complained": {"type": "spam_complaint"},
        "unsubscribed": {"type": "list_unsubscribe"},
        "rejected": {"type": "policy_rejection"},
        "failed": {"type": "generation_failure"},
        "opened": {"type": "open"},
    },
}
EVERY_NEWS = [(provider, news) for provider, words in WORDS.items() for news in words]


def notice(provider: str, news: str, **of: Any) -> Any:
    """Return what `provider` posts of a mail; `of` are delivery, address, number and words."""
    mail = {"delivery": 7, "address": "ada@example.org", "number": 1} | of
    mail.setdefault("words", GONE.format(mail["address"]))
    metadata = {"delivery": str(mail["delivery"])}
    return _FORMS[provider](WORDS[provider][news], metadata, mail)


def _brevo(words: dict[str, Any], metadata: dict[str, str], mail: dict[str, Any]) -> Any:
    return words | {
        "email": mail["address"],
        "id": 26224,
        "date": "2026-03-16 08:31:02",
        "message-id": f"<20260316.{mail['number']}@relay.example>",
        "subject": SUBJECT,
        "tags": ["edition"],
        "sending_ip": "192.0.2.77",
        "reason": mail["words"],
        "ts_epoch": int(WHEN.timestamp() * 1000) + mail["number"],
        "X-Mailin-custom": json.dumps(metadata),
    }


def _mailgun(words: dict[str, Any], metadata: dict[str, str], mail: dict[str, Any]) -> Any:
    token, timestamp = f"{mail['number']:050x}", str(int(WHEN.timestamp()))
    signed = hmac.new(SIGNING_KEY.encode(), (timestamp + token).encode(), hashlib.sha256)
    data = {
        "id": "aVgqpBnGT1uN",
        "timestamp": WHEN.timestamp(),
        "recipient": mail["address"],
        "recipient-domain": "example.org",
        "tags": ["edition"],
        "user-variables": metadata,
        "message": {"headers": {"to": f"Ada <{mail['address']}>", "subject": SUBJECT}},
        "delivery-status": {"code": 550, "message": mail["words"], "description": ""},
    }
    signature = {"token": token, "timestamp": timestamp, "signature": signed.hexdigest()}
    return {"signature": signature, "event-data": data | words}


def _postmark(words: dict[str, Any], metadata: dict[str, str], mail: dict[str, Any]) -> Any:
    moments = {"Delivery": "DeliveredAt", "Open": "ReceivedAt", "SubscriptionChange": "ChangedAt"}
    number = {"ID": mail["number"]} if "Type" in words else {}
    whom = "Email" if "Type" in words else "Recipient"
    return (
        words
        | number
        | {
            whom: mail["address"],
            moments.get(words["RecordType"], "BouncedAt"): f"{WHEN:%Y-%m-%dT%H:%M:%S}.1234567Z",
            "MessageID": f"00000000-0000-0000-0000-{mail['number']:012}",
            "Metadata": metadata,
            "Tag": "edition",
            "Subject": SUBJECT,
            "Details": mail["words"],
            "Content": f"To: {mail['address']}\r\nList-Unsubscribe: {LINK}\r\n",
        }
    )


def _resend(words: dict[str, Any], metadata: dict[str, str], mail: dict[str, Any]) -> Any:
    data: dict[str, Any] = {
        "email_id": "0c7d37e0-0000-4000-8000-3f2b3a1b0f55",
        "created_at": "2026-03-16T07:30:00.000Z",
        "from": "Paperboy <papers@news.example.org>",
        "to": [mail["address"]],
        "subject": SUBJECT,
        "headers": [
            {"name": "List-Unsubscribe", "value": LINK},
            {"name": "X-Metadata", "value": json.dumps(metadata)},
        ],
    }
    if kind := words.get("bounce"):
        data["bounce"] = {"type": kind, "subType": "General", "message": mail["words"]}
    return {"type": words["type"], "created_at": WHEN.isoformat(), "data": data}


def _sparkpost(words: dict[str, Any], metadata: dict[str, str], mail: dict[str, Any]) -> Any:
    classes = {"open": "track_event", "list_unsubscribe": "unsubscribe_event"}
    return {
        "msys": {
            classes.get(words["type"], "message_event"): words
            | {
                "event_id": str(92356927693813856 + mail["number"]),
                "timestamp": str(int(WHEN.timestamp())),
                "raw_rcpt_to": mail["address"],
                "rcpt_meta": metadata,
                "campaign_id": "edition",
                "raw_reason": mail["words"],
                "subject": SUBJECT,
                "ip_address": "192.0.2.77",
            }
        }
    }


_FORMS = {
    "brevo": _brevo,
    "mailgun": _mailgun,
    "postmark": _postmark,
    "resend": _resend,
    "sparkpost": _sparkpost,
}


def credentials(provider: str, body: str, *, number: int = 1) -> dict[str, str]:
    """Return the headers by which the provider is known; Mailgun signs within what it posts."""
    if provider == "mailgun":
        return {}
    if provider == "resend":
        name, now = f"msg_{number}", dt.datetime.now(dt.UTC)
        signature = Webhook(SIGNING_KEY).sign(name, now, body)
        stamp = str(int(now.timestamp()))
        return {"svix-id": name, "svix-timestamp": stamp, "svix-signature": signature}
    return {"Authorization": "Basic " + base64.b64encode(LOGIN.encode()).decode()}
