"""What metrics refuses."""

from siyu.kernel.errors import SiyuError


class UnknownMetric(SiyuError):
    """There is no metric {name}. Known: {known}."""

    code = "unknown_metric"
    status = 422
    zh = "没有名为 {name} 的指标。可用的有：{known}。"


class EmptyPeriod(SiyuError):
    """The period ends ({end}) before it has begun ({start}). Choose an end after the start."""

    code = "empty_period"
    status = 422
    zh = "时间段的结束（{end}）早于开始（{start}）。请选择晚于开始的结束时间。"
