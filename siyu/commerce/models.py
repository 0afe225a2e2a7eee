"""Master data of commerce: what is sold and where. Keys are the brand's own."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from siyu.kernel.db import Base


class Product(Base):
    """Something that is sold."""

    __tablename__ = "product"

    brand_id: Mapped[int] = mapped_column(primary_key=True)
    product_key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    category: Mapped[str | None]
    maker: Mapped[str | None]
    price_fen: Mapped[int | None]
    batch_id: Mapped[int]
    updated_at: Mapped[datetime]


class Store(Base):
    """A place where it is sold."""

    __tablename__ = "store"

    brand_id: Mapped[int] = mapped_column(primary_key=True)
    store_key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    region: Mapped[str | None]
    city: Mapped[str | None]
    batch_id: Mapped[int]
    updated_at: Mapped[datetime]


class MasterBeforeImport(Base):
    """What a product or store was before an import changed it; no `before` where the import added it."""

    __tablename__ = "master_before_import"

    brand_id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    master_key: Mapped[str] = mapped_column(primary_key=True)
    before: Mapped[dict[str, Any] | None]
