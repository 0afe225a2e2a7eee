"""Outreach over HTTP: the channel, a customer's messages, and the vendors' callbacks."""

from fastapi import APIRouter

from siyu.outreach.routes import channel, messages, webhooks

router = APIRouter()
for part in (channel, messages, webhooks):
    router.include_router(part.router)
