"""The simulated brand as the files that its till and its shop system would have exported."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from siyu.demo.contracts import NOTHING, DemoBrand, Ints, Orders

MAPS = Path(__file__).parent / "maps"
FILES = ("stores", "products", "customers", "orders")  # in the order they are to be imported

ORDER_HEADER = (
    "订单号", "下单时间", "付款时间", "渠道", "门店编码", "会员号", "商品编码", "商品名称", "类目", "数量", "单价",
    "优惠金额", "实付金额", "退款金额", "退款时间",
)  # fmt: skip
CUSTOMER_HEADER = (
    "会员号", "姓名", "手机号", "性别", "生日", "省份", "城市", "门店编码", "建档时间", "入会时间", "短信营销授权",
    "授权来源", "授权时间",
)  # fmt: skip
PRODUCT_HEADER = ("商品编码", "商品名称", "类目", "品牌", "价格")
STORE_HEADER = ("门店编码", "门店名称", "大区", "省份", "城市", "开业日期")


def write_files(brand: DemoBrand, folder: Path) -> tuple[Path, ...]:
    """The folder holds stores, products, customers and orders as CSV, each with its import map beside it.

    returns  the four CSV files in the order they are to be imported
    effects  files of the same names are overwritten; UTF-8, times in the brand's zone, amounts in yuan
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "stores.csv", STORE_HEADER, _store_rows(brand))
    products = (
        (each.code, each.name, each.category, brand.name, yuan(each.price_fen)) for each in brand.products
    )
    _write(folder / "products.csv", PRODUCT_HEADER, products)
    _write(folder / "customers.csv", CUSTOMER_HEADER, _customer_rows(brand))
    write_orders(brand, brand.orders, folder / "orders.csv")
    for name in FILES:
        (folder / f"{name}.map.yaml").write_text(map_text(name), encoding="utf-8")
    return tuple(folder / f"{name}.csv" for name in FILES)


def write_orders(brand: DemoBrand, orders: Orders, path: Path) -> Path:
    """The file holds these orders, one row per line, in the layout of orders.csv; `orders.map.yaml` reads it."""
    _write(path, ORDER_HEADER, _order_rows(brand, orders))
    return path


def map_text(name: str) -> str:
    """The import map for one of FILES, as YAML."""
    return (MAPS / f"{name}.map.yaml").read_text(encoding="utf-8")


def yuan(fen: int) -> str:
    """An amount in yuan with two decimals.

    >>> yuan(1905), yuan(5)
    ('19.05', '0.05')
    """
    return f"{fen // 100}.{fen % 100:02d}"


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _times(seconds: Ints, zone: str) -> list[str]:
    """Local times as tills write them, to the second; empty where there is none."""
    offset = datetime.fromtimestamp(0, UTC).astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    local = (seconds + int(offset.total_seconds())).astype("datetime64[s]")
    texts = np.datetime_as_string(local, unit="s").tolist()
    missing = (seconds == NOTHING).tolist()
    return ["" if gone else text.replace("T", " ") for text, gone in zip(texts, missing, strict=True)]


def _order_rows(brand: DemoBrand, orders: Orders) -> Iterable[Sequence[object]]:
    """One row per line, the order's own columns repeated on each."""
    channel = [brand.channels[row] for row in orders.channel.tolist()]
    store = [brand.stores[row].code if row != NOTHING else "" for row in orders.store.tolist()]
    customer = [brand.customers.key[row] if row != NOTHING else "" for row in orders.customer.tolist()]
    ordered, paid = _times(orders.ordered_at, brand.zone), _times(orders.paid_at, brand.zone)
    heads = list(zip(orders.number, ordered, paid, channel, store, customer, strict=True))
    goods = [(each.code, each.name, each.category) for each in brand.products]
    lines = zip(
        orders.line_order.tolist(),
        orders.line_product.tolist(),
        orders.line_quantity.tolist(),
        orders.line_price_fen.tolist(),
        orders.line_discount_fen.tolist(),
        orders.line_paid_fen.tolist(),
        orders.line_refund_fen.tolist(),
        _times(orders.line_refunded_at, brand.zone),
        strict=True,
    )
    for order, product, quantity, price, discount, paid_fen, refund, refunded in lines:
        amounts = (quantity, yuan(price), yuan(discount), yuan(paid_fen), yuan(refund), refunded)
        yield (*heads[order], *goods[product], *amounts)


def _customer_rows(brand: DemoBrand) -> Iterable[Sequence[object]]:
    """One row per customer, by number; those who never joined have no joining time."""
    people = brand.customers
    rows = zip(
        people.key,
        people.name,
        people.phone,
        people.gender,
        people.birthday,
        people.province,
        people.city,
        [brand.stores[row].code if row != NOTHING else "" for row in people.home_store.tolist()],
        _times(people.known_at, brand.zone),
        _times(people.joined_at, brand.zone),
        people.consent,
        people.consent_source,
        _times(people.consent_at, brand.zone),
        strict=True,
    )
    return sorted(rows)


def _store_rows(brand: DemoBrand) -> Iterable[Sequence[object]]:
    """One row per store; ages count back from the last day of the data."""
    today = np.datetime64(brand.as_of.astimezone(ZoneInfo(brand.zone)).date())
    return (
        (each.code, each.name, each.region, each.province, each.city, str(today - each.opened_days_before))
        for each in brand.stores
    )
