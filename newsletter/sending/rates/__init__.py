"""How fast editions may leave: for every worker together, for each domain, for each first day.

Letters have a lane of their own and are neither held up nor counted here.
"""

from newsletter.sending.rates.parked import heed, park
from newsletter.sending.rates.rates import Rates
from newsletter.sending.rates.turns import in_turn

__all__ = ["Rates", "heed", "in_turn", "park"]
