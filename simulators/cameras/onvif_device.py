"""What an ONVIF camera says of itself, its clock and its streams, as ONVIF's WSDLs have it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape

from simulators.cameras.onvif_words import TDS, TEV, TRT

DEVICE: Final = (
    "<tds:GetDeviceInformationResponse><tds:Manufacturer>Simulated</tds:Manufacturer>"
    "<tds:Model>C-1</tds:Model><tds:FirmwareVersion>1.0</tds:FirmwareVersion>"
    "<tds:SerialNumber>0001</tds:SerialNumber><tds:HardwareId>1</tds:HardwareId>"
    "</tds:GetDeviceInformationResponse>"
)
PROFILES: Final = (
    '<trt:GetProfilesResponse><trt:Profiles token="Profile_1" fixed="true"><tt:Name>mainStream'
    '</tt:Name><tt:VideoEncoderConfiguration token="VE_1"><tt:Name>VE_1</tt:Name><tt:UseCount>1'
    "</tt:UseCount><tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>640</tt:Width>"
    "<tt:Height>360</tt:Height></tt:Resolution><tt:Quality>3</tt:Quality>"
    "</tt:VideoEncoderConfiguration></trt:Profiles></trt:GetProfilesResponse>"
)


def clock(at: datetime) -> str:
    """What time the camera thinks it is."""
    utc = at.astimezone(UTC)
    return (
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual"
        "</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings><tt:UTCDateTime><tt:Time>"
        f"<tt:Hour>{utc.hour}</tt:Hour><tt:Minute>{utc.minute}</tt:Minute>"
        f"<tt:Second>{utc.second}</tt:Second></tt:Time><tt:Date><tt:Year>{utc.year}</tt:Year>"
        f"<tt:Month>{utc.month}</tt:Month><tt:Day>{utc.day}</tt:Day></tt:Date></tt:UTCDateTime>"
        "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


def capabilities(base: str) -> str:
    """Where each service is, as older clients ask for it."""
    return (
        "<tds:GetCapabilitiesResponse><tds:Capabilities>"
        f"<tt:Device><tt:XAddr>{base}/device_service</tt:XAddr></tt:Device>"
        f"<tt:Events><tt:XAddr>{base}/event_service</tt:XAddr>"
        "<tt:WSSubscriptionPolicySupport>true</tt:WSSubscriptionPolicySupport>"
        "<tt:WSPullPointSupport>true</tt:WSPullPointSupport></tt:Events>"
        f"<tt:Media><tt:XAddr>{base}/media_service</tt:XAddr></tt:Media>"
        "</tds:Capabilities></tds:GetCapabilitiesResponse>"
    )


def services(base: str) -> str:
    """Where each service is, as newer clients ask for it."""
    listed = "".join(
        f"<tds:Service><tds:Namespace>{space}</tds:Namespace><tds:XAddr>{base}/{name}_service"
        "</tds:XAddr><tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version>"
        "</tds:Service>"
        for space, name in ((TDS, "device"), (TRT, "media"), (TEV, "event"))
    )
    return f"<tds:GetServicesResponse>{listed}</tds:GetServicesResponse>"


def uri(name: str, address: str) -> str:
    """Where a stream or a snapshot is."""
    return (
        f"<trt:{name}Response><trt:MediaUri><tt:Uri>{escape(address)}</tt:Uri>"
        "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>"
        "<tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout>"
        f"</trt:MediaUri></trt:{name}Response>"
    )
