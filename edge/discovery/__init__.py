"""Finding what could be a device of the site: strangers, units on a bus, registers, cameras."""

from edge.discovery.catalogue import catalogue
from edge.discovery.interpret import Interpretation, interpretations
from edge.discovery.modbus_survey import ModbusSurvey
from edge.discovery.onvif import Camera, cameras
from edge.discovery.profile_fit import Answers, fits, ranked
from edge.discovery.strangers import Stranger, strangers
from edge.discovery.survey_steps import (
    Progress,
    RegistersFound,
    Step,
    Stopped,
    SurveyRefused,
    UnitFound,
    Unreadable,
)
from edge.discovery.try_link import tried

__all__ = [
    "Answers",
    "Camera",
    "Interpretation",
    "ModbusSurvey",
    "Progress",
    "RegistersFound",
    "Step",
    "Stopped",
    "Stranger",
    "SurveyRefused",
    "UnitFound",
    "Unreadable",
    "cameras",
    "catalogue",
    "fits",
    "interpretations",
    "ranked",
    "strangers",
    "tried",
]
