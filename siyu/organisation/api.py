"""What other modules may ask of organisation; who is asking over HTTP stands in `access`, the door of routes."""

from siyu.organisation.actions.brands import create_brand
from siyu.organisation.actions.keys import create_api_key
from siyu.organisation.actions.units import add_unit
from siyu.organisation.actions.users import create_user, set_units
from siyu.organisation.queries import (
    all_brands,
    brand_by_code,
    brand_day,
    brand_info,
    chosen_brand,
    only_brand,
    units,
    users,
)

__all__ = [
    "add_unit",
    "all_brands",
    "brand_by_code",
    "brand_day",
    "brand_info",
    "chosen_brand",
    "create_api_key",
    "create_brand",
    "create_user",
    "only_brand",
    "set_units",
    "units",
    "users",
]
