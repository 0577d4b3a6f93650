"""Post for operators: what left, what did not and why, and whether it all adds up."""

from newsletter.admin.bundle import BundleAdmin
from newsletter.admin.delivery import DeliveryAdmin
from newsletter.admin.edition import EditionAdmin
from newsletter.admin.event import EventAdmin
from newsletter.admin.heartbeat import HeartbeatAdmin
from newsletter.admin.morning import MorningAdmin
from newsletter.admin.paper import WithdrawablePaperAdmin
from newsletter.admin.reader import ExplainedReaderAdmin
from newsletter.admin.stops import BreakerAdmin, HaltAdmin

__all__ = [
    "BreakerAdmin",
    "BundleAdmin",
    "DeliveryAdmin",
    "EditionAdmin",
    "EventAdmin",
    "ExplainedReaderAdmin",
    "HaltAdmin",
    "HeartbeatAdmin",
    "MorningAdmin",
    "WithdrawablePaperAdmin",
]
