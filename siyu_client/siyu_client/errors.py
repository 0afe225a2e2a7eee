"""What the client refuses."""


class SiyuClientError(Exception):
    """Something the client cannot do."""


class BadEvent(SiyuClientError, ValueError):
    """The event cannot be sent as it is: it is no JSON, or larger than the server takes."""


class QueueFull(SiyuClientError):
    """Too many events wait to be sent. The server cannot be reached, or is slower than this program."""


class SpoolInUse(SiyuClientError):
    """Another process uses this spool folder. Give each process a folder of its own."""


class Closed(SiyuClientError):
    """The client is closed."""
