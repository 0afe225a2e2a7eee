"""What files can be imported into, imported itself only where a file is."""

from siyu.commerce.api import OrdersTarget, ProductsTarget, StoresTarget
from siyu.intake.api import CustomersTarget
from siyu.intake.contracts import ImportTarget

IMPORT_TARGETS: tuple[ImportTarget, ...] = (
    OrdersTarget(),
    CustomersTarget(),
    ProductsTarget(),
    StoresTarget(),
)
