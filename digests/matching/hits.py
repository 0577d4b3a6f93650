"""What rules hand to weights: how often a phrase was found."""

import math
from dataclasses import dataclass


@dataclass(slots=True)
class Hits:
    """How often a phrase stands in a title and in an abstract."""

    title: int = 0
    abstract: int = 0

    @property
    def weight(self) -> float:
        """How much these hits count: of each further one less and less."""
        return 1 + math.log(self.title + self.abstract)
