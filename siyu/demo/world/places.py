"""The brand's stores, and the cities its online customers live in."""

from siyu.demo.contracts import Store

# Region, province, city, name, opened so many days before the end of the data, share of store trade.
_STORES: tuple[tuple[str, str, str, str, int, int], ...] = (
    ("华东", "浙江省", "杭州市", "湖滨旗舰店", 3650, 11),
    ("华东", "浙江省", "杭州市", "西溪印象店", 2900, 8),
    ("华东", "浙江省", "杭州市", "钱江新城店", 2100, 7),
    ("华东", "浙江省", "宁波市", "天一广场店", 2400, 5),
    ("华东", "浙江省", "绍兴市", "仓桥直街店", 1500, 3),
    ("华东", "上海市", "上海市", "静安里弄店", 2700, 9),
    ("华东", "上海市", "上海市", "徐汇滨江店", 1200, 6),
    ("华东", "江苏省", "苏州市", "平江路店", 2300, 6),
    ("华东", "江苏省", "南京市", "新街口店", 1800, 6),
    ("华东", "福建省", "厦门市", "鹭江道店", 900, 3),
    ("华南", "广东省", "广州市", "天河城店", 1700, 6),
    ("华南", "广东省", "广州市", "永庆坊店", 480, 2),
    ("华南", "广东省", "深圳市", "海岸城店", 1600, 6),
    ("华南", "广东省", "佛山市", "岭南天地店", 800, 2),
    ("华南", "海南省", "海口市", "骑楼老街店", 390, 1),
    ("华北", "北京市", "北京市", "三里屯店", 1900, 6),
    ("华北", "北京市", "北京市", "望京店", 1000, 4),
    ("华北", "天津市", "天津市", "五大道店", 1100, 2),
    ("华北", "山东省", "青岛市", "奥帆中心店", 850, 2),
    ("华北", "河北省", "石家庄市", "勒泰店", 300, 1),
    ("西部", "四川省", "成都市", "太古里店", 1400, 5),
    ("西部", "重庆市", "重庆市", "解放碑店", 1300, 4),
    ("西部", "陕西省", "西安市", "大唐不夜城店", 950, 3),
    ("西部", "云南省", "昆明市", "南屏街店", 210, 1),
)

STORE_TRADE = tuple(row[5] for row in _STORES)

# Where people without a store of their own have their parcels sent.
PARCEL_CITIES: tuple[tuple[str, str], ...] = (
    ("浙江省", "温州市"),
    ("浙江省", "嘉兴市"),
    ("江苏省", "无锡市"),
    ("江苏省", "常州市"),
    ("安徽省", "合肥市"),
    ("湖北省", "武汉市"),
    ("湖南省", "长沙市"),
    ("河南省", "郑州市"),
    ("辽宁省", "沈阳市"),
    ("辽宁省", "大连市"),
    ("江西省", "南昌市"),
    ("广西壮族自治区", "南宁市"),
    ("贵州省", "贵阳市"),
    ("黑龙江省", "哈尔滨市"),
    ("甘肃省", "兰州市"),
    ("新疆维吾尔自治区", "乌鲁木齐市"),
)


def all_stores() -> tuple[Store, ...]:
    """Every store; the first of each region is its oldest.

    >>> len(all_stores()), sorted({store.region for store in all_stores()})
    (24, ['华东', '华北', '华南', '西部'])
    """
    return tuple(
        Store(f"S{number:03d}", name, region, province, city, opened)
        for number, (region, province, city, name, opened, _) in enumerate(_STORES, start=1)
    )


def elder_stores(stores: tuple[Store, ...]) -> tuple[int, ...]:
    """For each store the row of the oldest store of its region: it serves customers until the new one opens."""
    oldest = {
        store.region: max(
            (row for row, other in enumerate(stores) if other.region == store.region),
            key=lambda row: stores[row].opened_days_before,
        )
        for store in stores
    }
    return tuple(oldest[store.region] for store in stores)
