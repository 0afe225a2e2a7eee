"""The facts of commerce, with the columns they have in the lake (migrations/lake/0001_sales.sql)."""

from siyu.kernel.facts import FactType

ORDER = FactType(
    "order",
    {
        "order_key": "VARCHAR",
        "ordered_at": "TIMESTAMPTZ",
        "channel": "VARCHAR",
        "store_key": "VARCHAR",
        "province": "VARCHAR",
        "lines": "BIGINT",
        "items": "DOUBLE",
        "discount_fen": "BIGINT",
        "paid_fen": "BIGINT",
        "currency": "VARCHAR",
        "original_paid_fen": "BIGINT",
    },
    {"zh": "已付款的订单；发生时间为付款时间", "en": "An order that was paid; it occurred when it was paid"},
)

ORDER_LINE = FactType(
    "order_line",
    {
        "order_key": "VARCHAR",
        "line_key": "BIGINT",
        "product_key": "VARCHAR",
        "category": "VARCHAR",
        "quantity": "DOUBLE",
        "price_fen": "BIGINT",
        "amount_fen": "BIGINT",
        "currency": "VARCHAR",
        "original_amount_fen": "BIGINT",
    },
    {"zh": "已付款订单中的一行商品", "en": "One product line of a paid order"},
)

REFUND = FactType(
    "refund",
    {
        "refund_key": "VARCHAR",
        "order_key": "VARCHAR",
        "document_key": "VARCHAR",
        "product_key": "VARCHAR",
        "category": "VARCHAR",
        "channel": "VARCHAR",
        "store_key": "VARCHAR",
        "quantity": "DOUBLE",
        "amount_fen": "BIGINT",
        "currency": "VARCHAR",
        "original_amount_fen": "BIGINT",
    },
    {"zh": "退回给客户的金额", "en": "Money that went back to the customer"},
)

ORDER_PLACED = FactType(
    "order_placed",
    {
        "order_key": "VARCHAR",
        "channel": "VARCHAR",
        "store_key": "VARCHAR",
        "province": "VARCHAR",
        "amount_fen": "BIGINT",
        "currency": "VARCHAR",
        "cancelled": "BOOLEAN",
    },
    {"zh": "下单未付款或已取消的订单", "en": "An order that was not paid, or was cancelled before it was"},
)

FACT_TYPES = (ORDER, ORDER_LINE, REFUND, ORDER_PLACED)
