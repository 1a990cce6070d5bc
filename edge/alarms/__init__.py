"""The life of alarms after they are raised, from the first call to the last word about them."""

from edge.alarms.life import Alarms
from edge.alarms.suppression import may_shelve
from edge.alarms.told import Told

__all__ = ["Alarms", "Told", "may_shelve"]
