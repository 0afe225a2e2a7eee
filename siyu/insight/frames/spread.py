"""How the values of one trait spread over the customers."""

import ibis
import ibis.expr.types as ir

from siyu.insight.contracts import TraitInfo


def totals(table: ir.Table, info: TraitInfo, before: ir.Table | None) -> ir.Table:
    """One row of counts; `table` and `before` (the version in use) hold customer_id and value.

    shape  customers, known, plain (the value that no facts give), changed (only beside a version in use)
    """
    rows = table if before is None else _beside(table, before)
    counts = {
        "customers": rows.count(),
        "known": rows.count(where=rows.value.notnull()),
        "plain": rows.count(where=_plain(rows.value, info)),
    }
    return rows.aggregate(**counts, **({} if before is None else {"changed": rows.count(where=rows.differs)}))


def distribution(table: ir.Table) -> ir.Table:
    """One row over the known values of a number. shape: least, p25, median, p75, most, mean; NULL of none."""
    value = table.value.cast("float64")
    return table.aggregate(
        least=value.min(),
        p25=value.quantile(0.25),
        median=value.quantile(0.5),
        p75=value.quantile(0.75),
        most=value.max(),
        mean=value.mean(),
    )


def frequent(table: ir.Table, *, limit: int) -> ir.Table:
    """The values that most customers have. shape: value, customers; unknown is a value too."""
    counted = table.group_by("value").aggregate(customers=table.count())
    return counted.order_by([counted.customers.desc(), counted.value]).limit(limit)


def common(facts: ir.Table, *, facts_max: int, limit: int) -> ir.Table:
    """The values that more than one of so many facts holds, the commonest first. shape: value, facts."""
    some = facts.filter(facts.value.notnull()).limit(facts_max)
    counted = some.group_by("value").aggregate(facts=some.count())
    often = counted.filter(counted.facts > 1)
    return often.order_by([often.facts.desc(), often.value]).limit(limit)


def sample_of(table: ir.Table, info: TraitInfo, *, limit: int) -> ir.Table:
    """Some customers, those whose value says most first: not the one that no facts give, then known, then by number."""
    return table.order_by([table.value.isnull(), _plain(table.value, info), table.customer_id]).limit(limit)


def _plain(value: ir.Value, info: TraitInfo) -> ir.BooleanValue:
    return ibis.literal(False) if info.otherwise is None else (value == info.otherwise).fill_null(False)


def _beside(table: ir.Table, before: ir.Table) -> ir.Table:
    """shape: value, differs; values of two kinds differ where either is known."""
    both = table.left_join(before.select("customer_id", old=before.value), "customer_id")
    kind, old = both.value.type(), both.old.type()
    alike = kind == old or (kind.is_numeric() and old.is_numeric())
    differs = ~both.value.identical_to(both.old) if alike else both.value.notnull() | both.old.notnull()
    return both.select(both.value, differs=differs)
