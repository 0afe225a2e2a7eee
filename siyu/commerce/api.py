"""The door of commerce."""

from siyu.commerce.actions.master_data import ProductsTarget, StoresTarget
from siyu.commerce.actions.orders import OrdersTarget
from siyu.commerce.queries import lines_of_order, product_names, store_names, timeline_of

__all__ = [
    "OrdersTarget",
    "ProductsTarget",
    "StoresTarget",
    "lines_of_order",
    "product_names",
    "store_names",
    "timeline_of",
]
