"""The door of the simulated brand."""

from siyu.demo.files import FILES, map_text, write_files, write_orders
from siyu.demo.world.future import future_orders
from siyu.demo.world.history import generate

__all__ = ["FILES", "future_orders", "generate", "map_text", "write_files", "write_orders"]
