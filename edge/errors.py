"""Everything that may go wrong, named by who has to act."""


class GatewayError(Exception):
    """Base of every error the gateway raises on purpose."""


class ConfigError(GatewayError):
    """A file is wrong: refuse to start or refuse the change, a person has to edit it."""


class LinkDown(GatewayError):
    """The link is lost: the keeper reconnects, nobody else reacts."""


class CommandRejected(GatewayError):
    """The device refused: tell the issuer, do not retry."""
