"""The door of campaigns."""

from siyu.campaigns.actions.agreeing import approve_campaign, reject_campaign, submit_campaign
from siyu.campaigns.actions.assigning import write_assignments
from siyu.campaigns.actions.drafting import create_campaign, edit_campaign
from siyu.campaigns.actions.ending import settle_campaigns, stop_campaign
from siyu.campaigns.actions.launching import launch_campaign
from siyu.campaigns.actions.shelving import copy_campaign, delete_campaign
from siyu.campaigns.queries.campaigns import (
    campaign_by_id,
    campaigns_page,
    decisions_about,
    recipients_page,
)
from siyu.campaigns.queries.checking import check_campaign
from siyu.campaigns.queries.results import results_of
from siyu.campaigns.rules.deciding import decide

__all__ = [
    "approve_campaign",
    "campaign_by_id",
    "campaigns_page",
    "check_campaign",
    "copy_campaign",
    "create_campaign",
    "decide",
    "decisions_about",
    "delete_campaign",
    "edit_campaign",
    "launch_campaign",
    "recipients_page",
    "reject_campaign",
    "results_of",
    "settle_campaigns",
    "stop_campaign",
    "submit_campaign",
    "write_assignments",
]
