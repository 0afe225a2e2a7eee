"""One cell of text as an SQL expression of DuckDB: the same reading as rules/cells.py and rules/moments.py."""

from siyu.intake.contracts import TRIMMED_CHARACTERS, ImportMap, Transform
from siyu.intake.rules import cells, moments
from siyu.intake.rules.fields import Holds, TargetField


def quoted(name: str) -> str:
    """A name as SQL, whatever stands in it.

    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def trimmed_sql(column: str) -> str:
    """The column without blanks around it; nothing is an empty text."""
    # Few cells have blanks at their ends; asking first is half the price of trimming all.
    name, blanks = quoted(column), literal(TRIMMED_CHARACTERS)
    has_blanks = f"regexp_matches({name}, {literal(f'^[{TRIMMED_CHARACTERS}]|[{TRIMMED_CHARACTERS}]$')})"
    return f"CASE WHEN {has_blanks} THEN trim({name}, {blanks}) ELSE coalesce({name}, '') END"


def text_sql(trimmed: str, null_words: tuple[str, ...], transform: Transform | None) -> str:
    """The trimmed text after its repair; NULL where that is nothing."""
    words = ", ".join(literal(word) for word in ("", *null_words))
    if transform is Transform.INTEGER_TEXT:
        repaired = f"regexp_replace({trimmed}, '^{cells.INTEGER_WITH_POINT}$', '\\1')"
    elif transform is Transform.DIGITS:
        repaired = f"nullif(regexp_replace({trimmed}, '[^0-9]', '', 'g'), '')"
    else:
        repaired = trimmed
    return f"CASE WHEN {trimmed} NOT IN ({words}) THEN {repaired} END"


def typed_sql(  # noqa: PLR0911 - one answer for each kind of value
    import_map: ImportMap, target: TargetField, text: str
) -> str:
    """The text as a value of what the field holds; NULL where it is none, or out of all bounds."""
    match target.holds:
        case Holds.QUANTITY:
            return _bounded(_number_sql(import_map, text, f"DECIMAL(18, {cells.QUANTITY_DIGITS})"), target)
        case Holds.MONEY:
            return _bounded(_number_sql(import_map, text, f"DECIMAL(18, {cells.MONEY_DIGITS})"), target)
        case Holds.MOMENT:
            return _moment_sql(import_map, text)
        case Holds.DAY:
            return _day_sql(import_map, text)
        case Holds.CHOICE:
            return _choice_sql(import_map, target.name, text)
        case Holds.FLAG:
            return f"({_choice_sql(import_map, target.name, text)}) = 'yes'"
        case Holds.CURRENCY:
            return f"CASE WHEN regexp_full_match({text}, '{cells.CURRENCY_CODE}') THEN {text} END"
        case Holds.KEY | Holds.TEXT:
            return text


def number_test_sql(import_map: ImportMap, text: str) -> str:
    """True where the text is written as a number, however large."""
    if import_map.decimal_comma:
        return f"regexp_full_match({text}, {literal(cells.DRESSED_NUMBER_COMMA)})"
    shapes = (cells.PLAIN_NUMBER, cells.TINY_NUMBER, cells.DRESSED_NUMBER)
    return "(" + " OR ".join(f"regexp_full_match({text}, {literal(shape)})" for shape in shapes) + ")"


def half_even_sql(exact: str) -> str:
    """An exact decimal rounded to a whole number, half to even; DuckDB's own round_even() computes in floats.

    limits  `exact` is written out several times: pass a column
    """
    return (
        f"TRY_CAST(CASE WHEN abs({exact} - trunc({exact})) = 0.5 AND trunc({exact}) % 2 = 0"
        f" THEN trunc({exact}) ELSE round({exact}) END AS BIGINT)"
    )


def _number_sql(import_map: ImportMap, text: str, kind: str) -> str:
    if import_map.decimal_comma:
        plain = f"replace(regexp_replace({text}, '[^0-9,+-]', '', 'g'), ',', '.')"
        test = f"regexp_full_match({text}, {literal(cells.DRESSED_NUMBER_COMMA)})"
        return f"CASE WHEN {test} THEN TRY_CAST({plain} AS {kind}) END"
    plain_test = f"regexp_full_match({text}, {literal(cells.PLAIN_NUMBER)})"
    dressed_test = f"regexp_full_match({text}, {literal(cells.DRESSED_NUMBER)})"
    tiny_test = f"regexp_full_match({text}, {literal(cells.TINY_NUMBER)})"
    undressed = f"regexp_replace({text}, '[^0-9.+-]', '', 'g')"
    return (
        f"CASE WHEN {plain_test} THEN TRY_CAST({text} AS {kind})"
        f" WHEN {tiny_test} THEN 0"
        f" WHEN {dressed_test} THEN TRY_CAST({undressed} AS {kind}) END"
    )


def _bounded(number: str, target: TargetField) -> str:
    """A number within bounds: 18 digits hold all money below the limit already, but more quantity."""
    if target.holds is Holds.MONEY:
        return number
    return f"CASE WHEN abs({number}) < {cells.QUANTITY_MAX:f} THEN {number} END"


def _moment_sql(import_map: ImportMap, text: str) -> str:
    zone = literal(import_map.time_zone)
    ways = [f"timezone({zone}, {local})" for local in _local_ways(import_map, text)]
    offset = moments.ISO_OFFSET
    minutes = (
        f"(coalesce(TRY_CAST(regexp_extract({text}, '{offset}', 3) AS BIGINT), 0) * 60"
        f" + coalesce(TRY_CAST(regexp_extract({text}, '{offset}', 4) AS BIGINT), 0))"
    )
    sign = f"CASE WHEN regexp_extract({text}, '{offset}', 2) = '-' THEN -1 ELSE 1 END"
    local = f"TRY_CAST(regexp_extract({text}, '{offset}', 1) AS TIMESTAMP)"
    ways.append(
        f"CASE WHEN regexp_full_match({text}, '{offset}')"
        f" THEN timezone('UTC', {local} - to_minutes({minutes} * {sign})) END"
    )
    return f"coalesce({', '.join(ways)})"


def _day_sql(import_map: ImportMap, text: str) -> str:
    with_offset = (
        f"CASE WHEN regexp_full_match({text}, '{moments.ISO_OFFSET}')"
        f" THEN TRY_CAST(regexp_extract({text}, '{moments.ISO_OFFSET}', 1) AS TIMESTAMP) END"
    )
    return f"CAST(coalesce({', '.join([*_local_ways(import_map, text), with_offset])}) AS DATE)"


def _local_ways(import_map: ImportMap, text: str) -> list[str]:
    ways = [
        f"CASE WHEN regexp_full_match({text}, {literal(moments.format_pattern(date_format))})"
        f" THEN try_strptime({text}, {literal(date_format)}) END"
        for date_format in import_map.dates
    ]
    iso = f"CASE WHEN regexp_full_match({text}, '{moments.ISO_LOCAL}') THEN TRY_CAST({text} AS TIMESTAMP) END"
    return [*ways, iso]


def _choice_sql(import_map: ImportMap, target: str, text: str) -> str:
    known = cells.meanings_of(target, import_map.choices.get(target))
    branches = " ".join(f"WHEN {literal(word)} THEN {literal(meaning)}" for word, meaning in known.items())
    return f"CASE {text} {branches} END"
