"""Names, drawn with the frequencies one meets in China; nobody in particular is meant."""

import numpy as np

from siyu.demo.contracts import Flags

_SURNAMES = (
    ("王", 72), ("李", 70), ("张", 66), ("刘", 52), ("陈", 50), ("杨", 32), ("黄", 27), ("赵", 25), ("吴", 25),
    ("周", 25), ("徐", 20), ("孙", 18), ("马", 16), ("朱", 15), ("胡", 14), ("郭", 14), ("何", 14), ("林", 14),
    ("高", 12), ("罗", 11), ("郑", 11), ("梁", 10), ("谢", 9), ("宋", 8), ("唐", 8), ("许", 8), ("韩", 8),
    ("邓", 7), ("冯", 7), ("曹", 7), ("彭", 6), ("曾", 6), ("肖", 6), ("田", 6), ("董", 6), ("潘", 6),
    ("袁", 6), ("蔡", 6), ("蒋", 6), ("余", 6), ("于", 6), ("杜", 5), ("叶", 5), ("程", 5), ("魏", 5),
    ("苏", 5), ("吕", 5), ("丁", 5), ("沈", 5), ("任", 5), ("姚", 4), ("卢", 4), ("傅", 4), ("钟", 4),
    ("崔", 4), ("汪", 4), ("陆", 4), ("金", 4), ("方", 3), ("俞", 2), ("欧阳", 1), ("诸葛", 1), ("上官", 1),
)  # fmt: skip


_FEMALE = (
    "芳", "娜", "敏", "静", "丽", "艳", "娟", "霞", "燕", "婷", "雪", "梅", "玲",
    "慧", "倩", "颖", "琳", "洁", "莉", "萍", "雨桐", "梓涵", "欣怡", "诗涵", "思琪", "雨欣",
    "佳怡", "梦瑶", "晓彤", "可馨", "婉清", "若曦", "语嫣", "静怡", "雅婷", "晓燕", "丽华", "秀英", "桂花",
    "玉兰", "春燕", "小雨", "念慈", "书瑶", "沐晴", "清越", "知夏", "安宁", "以沫", "心怡", "海燕", "雪琴",
    "亚楠", "思源", "晨曦",
)  # fmt: skip
_MALE = (
    "伟", "强", "磊", "军", "勇", "杰", "涛", "超", "明", "刚", "平", "辉", "鹏",
    "华", "飞", "斌", "浩", "波", "宇", "凯", "浩然", "子轩", "宇航", "俊杰", "子豪", "志强",
    "建国", "建华", "文博", "天宇", "明哲", "思远", "嘉豪", "一鸣", "泽宇", "家明", "国栋", "海涛", "振华",
    "立新", "博文", "晓东", "云飞", "少华", "亦凡", "景行", "知远", "向阳", "承泽", "子墨", "志远", "永康",
    "文轩", "启明",
)  # fmt: skip


def draw_names(rng: np.random.Generator, female: Flags) -> list[str]:
    """One full name per person."""
    weights = np.array([weight for _, weight in _SURNAMES], dtype=np.float64)
    surname = rng.choice(len(_SURNAMES), size=len(female), p=weights / weights.sum()).tolist()
    spot = rng.random(len(female)).tolist()
    names = []
    for row, fraction, is_female in zip(surname, spot, female.tolist(), strict=True):
        given = _FEMALE if is_female else _MALE
        names.append(_SURNAMES[row][0] + given[int(fraction * len(given))])
    return names
