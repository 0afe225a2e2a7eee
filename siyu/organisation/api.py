"""What other modules may ask of organisation."""

from siyu.organisation.access import BrandSession, current_caller, require, require_key
from siyu.organisation.actions.brands import create_brand
from siyu.organisation.actions.keys import create_api_key
from siyu.organisation.actions.users import create_user
from siyu.organisation.queries import all_brands, brand_by_code, brand_info, chosen_brand, only_brand, users

__all__ = [
    "BrandSession",
    "all_brands",
    "brand_by_code",
    "brand_info",
    "chosen_brand",
    "create_api_key",
    "create_brand",
    "create_user",
    "current_caller",
    "only_brand",
    "require",
    "require_key",
    "users",
]
