"""The door of the simulated brand."""

from siyu.demo.actions.load import demo_logins, is_demo, load_demo
from siyu.demo.files import FILES, map_text, write_files, write_orders
from siyu.demo.world.future import future_orders
from siyu.demo.world.history import generate

__all__ = [
    "FILES",
    "demo_logins",
    "future_orders",
    "generate",
    "is_demo",
    "load_demo",
    "map_text",
    "write_files",
    "write_orders",
]
