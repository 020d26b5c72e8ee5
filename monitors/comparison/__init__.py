"""What differs between two models, as a person would say it and as data; how they are drawn is no difference."""

from monitors.comparison.comparing import compare, three_way
from monitors.comparison.model import Change, Difference, ThreeWay

__all__ = ["Change", "Difference", "ThreeWay", "compare", "three_way"]
