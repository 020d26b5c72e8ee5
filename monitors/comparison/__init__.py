"""What differs between two models, as a person would say it and as data; how they are drawn is no difference."""

from monitors.comparison.comparing import compare, three_way
from monitors.comparison.model import Change, Difference, Drawn, ThreeWay

__all__ = ["Change", "Difference", "Drawn", "ThreeWay", "compare", "three_way"]
