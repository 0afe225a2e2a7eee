"""Sends events to Siyu."""

from siyu_client.client import Client
from siyu_client.errors import BadEvent, Closed, QueueFull, SpoolInUse
from siyu_client.sending import Problem

__all__ = ["BadEvent", "Client", "Closed", "Problem", "QueueFull", "SpoolInUse"]
