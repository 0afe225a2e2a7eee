"""Tags: how they are named, and how a list of customers is read from a file."""

import csv
import io

from siyu.people.errors import BadTagFile

LINES_MAX = 100_000


def numbers_in(content: str) -> list[str]:
    r"""The first column of a list, one customer a line; a first line without any digit is a heading.

    raises  BadTagFile

    >>> numbers_in("手机号,姓名\n13800138000,王芳\n\n13800138001,李娜\n13800138000,王芳\n")
    ['13800138000', '13800138001']
    >>> numbers_in(" \n")
    Traceback (most recent call last):
    siyu.people.errors.BadTagFile: The list cannot be read: there is nothing in it.
    """
    if "\0" in content:
        raise BadTagFile(
            why="it is no text; save it as CSV or TXT", why_zh="不是文本文件，请另存为 CSV 或 TXT"
        )
    try:
        rows = [row[0].strip() for row in csv.reader(io.StringIO(content.removeprefix("\ufeff"))) if row]
    except csv.Error:
        raise BadTagFile(
            why="it is no CSV; save it as CSV or TXT", why_zh="不是 CSV，请另存为 CSV 或 TXT"
        ) from None
    if rows and not any(one.isdigit() for one in rows[0]):
        rows = rows[1:]
    found = list(dict.fromkeys(one for one in rows if one))
    if not found:
        raise BadTagFile(why="there is nothing in it", why_zh="里面没有内容")
    if len(found) > LINES_MAX:
        raise BadTagFile(
            why=f"it has more than {LINES_MAX:,} customers; split it, or make a segment",
            why_zh=f"超过 {LINES_MAX:,} 位客户，请拆分，或改用人群",
        )
    return found
