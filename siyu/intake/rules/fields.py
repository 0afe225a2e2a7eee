"""The fields that files may fill: what each holds, whether it must be there, and what others call it."""

from dataclasses import dataclass
from enum import StrEnum

from siyu.intake.contracts import ImportKind, ImportMap


class Holds(StrEnum):
    """What kind of value a field holds."""

    KEY = "key"
    TEXT = "text"
    QUANTITY = "quantity"
    MONEY = "money"
    MOMENT = "moment"
    DAY = "day"
    CHOICE = "choice"
    FLAG = "flag"
    CURRENCY = "currency"


@dataclass(frozen=True)
class TargetField:
    """One field of ours; `names` are headers it is known by, lower case, letters and digits only."""

    name: str
    holds: Holds
    required: bool
    what: str
    names: tuple[str, ...]


def _field(name: str, holds: Holds, what: str, *, names: str, required: bool = False) -> TargetField:
    return TargetField(name, holds, required, what, (name.replace("_", ""), *names.split()))


_ORDERS = (
    _field(
        "order_key", Holds.KEY, "number of the order; made from the row if the file has none",
        names="""
            orderid orderno ordernumber order invoiceno invoice invoicenumber basketid transactionid
            tradeno receiptno 订单编号 订单号 主订单编号 订单id 交易号 交易单号 单号 小票号 流水号
        """,
    ),
    _field(
        "ordered_at", Holds.MOMENT, "when it was ordered", required=True,
        names="""
            orderdate ordertime orderdatetime invoicedate transactiontimestamp transactiondate
            timestamp createdat createtime date datetime day time 订单创建时间 下单时间 创建时间
            订单时间 交易时间 销售时间 订单日期 下单日期 日期 成交时间
        """,
    ),
    _field(
        "paid_at", Holds.MOMENT, "when it was paid; empty means not paid",
        names="""
            paytime paymenttime paidtime paymentdate paiddate 订单付款时间 付款时间 支付时间
            付款日期
        """,
    ),
    _field(
        "product_key", Holds.KEY, "number of the product",
        names="""
            productid sku skuid skucode stockcode itemid itemcode auctionid goodsid productcode
            商品编号 商品编码 商品id 商家编码 货号 款号 宝贝id sku编码 规格编码
        """,
    ),
    _field(
        "product_name", Holds.TEXT, "what the product is called",
        names="""
            description productdescription itemname title goodsname producttitle 商品名称 商品标题
            宝贝标题 宝贝名称 品名 商品
        """,
    ),
    _field(
        "category", Holds.TEXT, "the product's category",
        names="""
            productcategory department categoryname category1 类目 品类 分类 商品分类 商品类目 类别
        """,
    ),
    _field(
        "quantity", Holds.QUANTITY, "how many; negative where the file writes refunds so",
        names="""
            qty amountofitems numberofcds buymount units count 数量 购买数量 商品数量 件数
            宝贝总数量 销售数量
        """,
    ),
    _field(
        "unit_price", Holds.MONEY, "price of one",
        names="""
            price unitcost saleprice 单价 售价 商品单价 价格 成交单价
        """,
    ),
    _field(
        "amount", Holds.MONEY, "worth of the row: of the line or of the whole order",
        names="""
            total totalamount orderamount salesvalue sales linetotal subtotal dollarvalue revenue
            gmv 总金额 订单金额 金额 合计 订单总额 应付金额 销售额 买家应付货款 成交金额
        """,
    ),
    _field(
        "paid_amount", Holds.MONEY, "what the buyer paid",
        names="""
            paid payment actualpayment amountpaid payamount 买家实际支付金额 实付金额 实付款
            支付金额 实收金额 实际支付金额 付款金额
        """,
    ),
    _field(
        "refund_amount", Holds.MONEY, "what was paid back",
        names="""
            refund refunded refundfee 退款金额 退款 已退款金额
        """,
    ),
    _field(
        "refunded_at", Holds.MOMENT, "when it was paid back; else when it was paid",
        names="""
            refundtime refunddate refundedtime 退款时间 退款完成时间 退款成功时间 退款日期
        """,
    ),
    _field(
        "coupon_discount", Holds.MONEY, "what coupons took off",
        names="""
            coupondisc discount couponamount discountamount coupon 优惠金额 优惠券金额 折扣金额 优惠
            券抵扣
        """,
    ),
    _field(
        "customer_key", Holds.KEY, "who bought; empty is an anonymous sale",
        names="""
            customerid userid memberid buyerid householdid clientid customer openid membercode
            会员编号 会员id 会员号 客户编号 客户id 用户id 买家id 买家昵称 买家会员名 会员名
        """,
    ),
    _field(
        "store_key", Holds.KEY, "the shop",
        names="""
            storeid storeno shopid shop store storecode 门店编号 门店id 店铺id 店铺 门店 门店名称
            店铺名称
        """,
    ),
    _field(
        "channel", Holds.TEXT, "where it was sold",
        names="""
            saleschannel platform source 渠道 销售渠道 平台 来源
        """,
    ),
    _field(
        "province", Holds.TEXT, "where it went",
        names="""
            state region country receiverprovince 省份 收货地址 省 收货省份 收件省份 地区
        """,
    ),
    _field(
        "currency", Holds.CURRENCY, "three letters, if rows differ",
        names="""
            currencycode 币种 货币
        """,
    ),
)  # fmt: skip

_CUSTOMERS = (
    _field(
        "customer_key", Holds.KEY, "their number in the file's system", required=True,
        names="""
            customerid userid memberid id membercode memberno openid 会员编号 会员id 会员号 客户编号
            客户id 用户id 会员卡号 卡号
        """,
    ),
    _field(
        "phone", Holds.TEXT, "mobile number",
        names="""
            mobile mobilephone phonenumber tel telephone cellphone 手机 手机号 手机号码 电话
            联系电话 联系方式
        """,
    ),
    _field(
        "name", Holds.TEXT, "what they are called",
        names="""
            fullname customername membername realname nickname 姓名 名字 会员姓名 客户姓名 昵称
            真实姓名
        """,
    ),
    _field(
        "gender", Holds.CHOICE, "female, male or unknown",
        names="""
            sex 性别
        """,
    ),
    _field(
        "birthday", Holds.DAY, "day of birth",
        names="""
            birthdate dateofbirth dob birth 生日 出生日期 出生年月
        """,
    ),
    _field(
        "email", Holds.TEXT, "mail address",
        names="""
            mail emailaddress 邮箱 电子邮箱 邮件
        """,
    ),
    _field(
        "store_key", Holds.KEY, "the shop they belong to",
        names="""
            storeid homestore shopid store shop 门店编号 所属门店 归属门店 门店 开卡门店
        """,
    ),
    _field(
        "province", Holds.TEXT, "where they live",
        names="""
            state region 省份 省 地区 所在省
        """,
    ),
    _field(
        "joined_at", Holds.MOMENT, "member since",
        names="""
            membersince registeredat registrationdate registertime joindate signupdate createdat
            注册时间 入会时间 注册日期 开卡时间 入会日期
        """,
    ),
    _field(
        "consent_sms", Holds.FLAG, "may marketing come by SMS: yes or no",
        names="""
            smsconsent smsoptin optin marketingconsent acceptsmarketing subscribed 短信营销授权
            同意营销 接收短信 是否同意营销 营销授权 短信授权
        """,
    ),
    _field(
        "consent_source", Holds.TEXT, "where they said so",
        names="""
            consentfrom optinsource 授权来源 同意来源
        """,
    ),
    _field(
        "consent_at", Holds.MOMENT, "when they said so",
        names="""
            consenttime consentdate optintime optindate 授权时间 同意时间
        """,
    ),
)  # fmt: skip

_PRODUCTS = (
    _field(
        "product_key", Holds.KEY, "number of the product", required=True,
        names="""
            productid sku skuid skucode stockcode itemid itemcode id goodsid 商品编号 商品编码
            商品id 货号 款号 商家编码 sku编码
        """,
    ),
    _field(
        "name", Holds.TEXT, "what it is called",
        names="""
            productname title description producttype itemname goodsname 商品名称 商品标题 品名 名称
            标题 商品
        """,
    ),
    _field(
        "category", Holds.TEXT, "its category",
        names="""
            productcategory department categoryname 类目 品类 分类 商品分类 商品类目
        """,
    ),
    _field(
        "brand", Holds.TEXT, "its brand",
        names="""
            brandname manufacturer manufacturerid 品牌 品牌名称
        """,
    ),
    _field(
        "price", Holds.MONEY, "list price",
        names="""
            unitprice listprice saleprice 价格 单价 售价 吊牌价 零售价
        """,
    ),
)  # fmt: skip

_STORES = (
    _field(
        "store_key", Holds.KEY, "number of the shop", required=True,
        names="""
            storeid storeno shopid storecode id 门店编号 门店id 门店编码 店铺id 店号
        """,
    ),
    _field(
        "name", Holds.TEXT, "what it is called",
        names="""
            storename shopname 门店名称 店铺名称 店名 门店 名称
        """,
    ),
    _field(
        "region", Holds.TEXT, "its region or province",
        names="""
            area province state district 区域 大区 省份 地区
        """,
    ),
    _field(
        "city", Holds.TEXT, "its city",
        names="""
            town 城市 所在城市 市
        """,
    ),
)  # fmt: skip

FIELDS: dict[ImportKind, tuple[TargetField, ...]] = {
    ImportKind.ORDERS: _ORDERS,
    ImportKind.CUSTOMERS: _CUSTOMERS,
    ImportKind.PRODUCTS: _PRODUCTS,
    ImportKind.STORES: _STORES,
}


def field_of(kind: ImportKind, name: str) -> TargetField:
    """The field of that name.

    >>> field_of(ImportKind.ORDERS, "amount").holds
    <Holds.MONEY: 'money'>
    """
    return next(target for target in FIELDS[kind] if target.name == name)


def mapped_fields(import_map: ImportMap) -> tuple[TargetField, ...]:
    """The fields that a map fills, in the order in which their cells are checked."""
    return tuple(target for target in FIELDS[import_map.kind] if target.name in import_map.columns)


def required_cells(import_map: ImportMap) -> frozenset[str]:
    """The fields whose cell may not be empty in a row under this map.

    An order row is worth its amount; where the map names none, its quantity (if named) times its unit price.
    """
    required = {target.name for target in FIELDS[import_map.kind] if target.required}
    if import_map.kind is ImportKind.ORDERS:
        required |= {"order_key"} & import_map.columns.keys()
        if "amount" in import_map.columns:
            required.add("amount")
        else:
            required |= {"unit_price", "quantity"} & import_map.columns.keys()
    return frozenset(required)
