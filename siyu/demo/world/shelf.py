"""What the brand sells and through which channels."""

from siyu.demo.contracts import Product

CHANNELS = ("门店POS", "微信小程序", "天猫旗舰店", "官方商城")
STORE, MINI_PROGRAM, TMALL, MALL = range(4)

GIFT_BOX = "节礼礼盒"

# Category → whether it is posted, then name and price in yuan.
_SHELF: dict[str, tuple[bool, tuple[tuple[str, int], ...]]] = {
    "原叶名茶": (
        True,
        (
            ("明前龙井 50g", 168),
            ("雨前龙井 100g", 128),
            ("径山毛峰 100g", 98),
            ("九曲红梅 80g", 88),
            ("安吉白茶 50g", 118),
            ("桂花龙井 100g", 78),
            ("武夷肉桂 60g", 138),
            ("老白茶饼 200g", 238),
        ),
    ),
    "袋泡茶": (
        True,
        (
            ("栀子乌龙袋泡 15包", 49),
            ("桂花红茶袋泡 15包", 45),
            ("茉莉绿茶袋泡 15包", 42),
            ("陈皮普洱袋泡 12包", 56),
            ("蜜桃白茶袋泡 15包", 52),
            ("大麦荞麦袋泡 20包", 36),
            ("七日尝鲜装 7包", 19),
        ),
    ),
    "现制茶饮": (
        False,
        (
            ("溪栀鲜奶乌龙", 18),
            ("桂雨龙井轻乳茶", 19),
            ("西溪柿柿红茶", 22),
            ("青梅冷泡绿茶", 16),
            ("手打柠檬九曲红", 17),
            ("厚云栀子拿铁", 24),
            ("原味冷泡龙井", 12),
            ("杨梅冰茶", 21),
        ),
    ),
    "中式糕点": (
        True,
        (
            ("定胜糕 6枚", 28),
            ("龙井酥 8枚", 38),
            ("绿豆冰糕 10枚", 35),
            ("桂花条头糕 5枚", 26),
            ("鲜肉月饼 4枚", 32),
            ("荷花酥 6枚", 58),
            ("栗子糕 8枚", 42),
            ("芝麻麻薯 9枚", 29),
        ),
    ),
    "新鲜烘焙": (
        False,
        (
            ("抹茶贝果", 13),
            ("龙井生乳卷", 36),
            ("海盐可颂", 15),
            ("红豆餐包", 9),
            ("栀子戚风", 32),
            ("乌龙麻薯欧包", 22),
            ("伯爵巴斯克", 39),
        ),
    ),
    "茶食零嘴": (
        True,
        (
            ("椒盐山核桃 200g", 59),
            ("茶香瓜子 250g", 19),
            ("抹茶牛轧糖 180g", 33),
            ("龙井坚果脆 120g", 29),
            ("桂花藕粉 10包", 45),
            ("话梅杨梅干 150g", 25),
            ("茶味蛋卷 16支", 39),
        ),
    ),
    GIFT_BOX: (
        True,
        (
            ("春茶头采礼盒", 398),
            ("端午粽香茶礼", 188),
            ("中秋月满礼盒", 268),
            ("新春团圆礼盒", 298),
            ("茶点双拼伴手礼", 128),
            ("西湖十景糕点礼盒", 158),
            ("大师手作龙井礼盒", 688),
            ("企业定制小礼", 99),
        ),
    ),
    "茶器": (
        True,
        (
            ("玻璃飘逸杯 500ml", 79),
            ("青瓷盖碗", 138),
            ("旅行快客杯", 119),
            ("龙泉青瓷茶壶", 299),
            ("竹制茶盘", 199),
            ("手作主人杯", 89),
            ("保温泡茶杯 400ml", 159),
            ("六君子茶道组", 59),
        ),
    ),
}

CATEGORIES = tuple(_SHELF)

# How many customers care most for each category; fresh tea and bread bring people in, teaware hardly.
CATEGORY_APPEAL = (0.16, 0.12, 0.24, 0.15, 0.15, 0.08, 0.05, 0.05)


def all_products() -> tuple[Product, ...]:
    """Everything on the shelf, in the order of the price list; the code names category and place.

    >>> len(all_products()), all_products()[0].code, all_products()[0].price_fen
    (61, 'P0101', 16800)
    """
    return tuple(
        Product(f"P{row:02d}{place:02d}", name, category, yuan * 100, shipped)
        for row, (category, (shipped, goods)) in enumerate(_SHELF.items(), start=1)
        for place, (name, yuan) in enumerate(goods, start=1)
    )
