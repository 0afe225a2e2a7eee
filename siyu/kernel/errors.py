"""One class per refusal: what went wrong, how the API says it, and what to do about it."""

from collections.abc import Mapping
from typing import Any, ClassVar

_REGISTERED: dict[str, type["SiyuError"]] = {}


class SiyuError(Exception):
    """Something Siyu refuses to do."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    zh: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: object) -> None:
        """A subclass without a code of its own, a status or a docstring fails at import, not in production."""
        super().__init_subclass__(**kwargs)
        assert cls.__doc__, f"{cls.__name__} needs a docstring: it is the message people read"
        assert "code" in cls.__dict__, f"{cls.__name__} needs a code"
        assert cls.status in range(400, 600), f"{cls.__name__}.status must be 4xx or 5xx"
        other = _REGISTERED.setdefault(cls.code, cls)
        assert other.__qualname__ == cls.__qualname__, f"code {cls.code!r} is taken by {other.__name__}"

    def __init__(self, **details: Any) -> None:
        self.details = details
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The docstring with this case's details filled in, on one line."""
        return self.said_in("en")

    def said_in(self, language: str) -> str:
        """The message in a person's language; English where there is no Chinese text."""
        template = self.zh if language.startswith("zh") and self.zh else (self.__doc__ or "")
        return " ".join(template.split()).format_map(_Blank(self.details))


class _Blank(dict[str, Any]):
    """A detail that was not given shows as its own name: a message never fails."""

    def __missing__(self, key: str) -> str:
        return f"<{key}>"


class BadInput(SiyuError):
    """{what}: {why}. {remedy}"""

    code = "bad_input"
    status = 422
    zh = "{what}：{why}。{remedy}"


class UnstorableText(SiyuError):
    """A text of the request contains the character NUL (U+0000), which cannot be stored. Remove it and send again."""

    code = "unstorable_text"
    status = 422
    zh = "请求中的某个文本包含无法存储的空字符（U+0000）。请删除后重新提交。"


class NotFound(SiyuError):
    """There is no {what} {key}. It may have been removed, or belong to another brand."""

    code = "not_found"
    status = 404
    zh = "没有找到{what} {key}。它可能已被移除，或属于另一个品牌。"
    nouns_zh: ClassVar[Mapping[str, str]] = {
        "API key": "API 密钥",
        "brand": "品牌",
        "campaign": "活动",
        "consent text": "授权文本",
        "customer": "客户",
        "delivery": "推送",
        "destination": "去向",
        "event": "事件",
        "export": "导出任务",
        "field": "字段",
        "identity": "身份",
        "import": "导入",
        "import target": "导入类型",
        "kind of kept things": "保留类别",
        "link": "身份关联",
        "organisation unit": "组织单元",
        "proof": "证明文件",
        "pull": "数据库拉取",
        "row to look at": "可供查看的行",
        "page key": "网页密钥",
        "rejected event": "被拒收的事件",
        "rejects of import": "拒收文件，导入",
        "request": "申请",
        "review": "待审核的身份冲突",
        "segment": "人群",
        "tag": "标签",
        "tag group": "标签组",
        "tagging": "打标任务",
        "session": "会话",
        "suppression": "禁发记录",
        "task": "任务",
        "trait": "指标",
        "property": "属性",
        "unknown lines of list": "名单中未知的行",
        "upload": "上传的文件",
        "user": "用户",
        "webhook": "Webhook",
        "webhook body": "Webhook 请求体",
    }

    def said_in(self, language: str) -> str:
        """The message with the noun in the language too."""
        if not language.startswith("zh"):
            return super().said_in(language)
        noun = self.nouns_zh.get(self.details.get("what", ""), self.details.get("what"))
        return " ".join(self.zh.split()).format_map(_Blank({**self.details, "what": noun}))


class DatabaseGone(SiyuError):
    """The database does not answer just now. Nothing was changed; try again in a moment."""

    code = "database_gone"
    status = 503
    zh = "数据库暂时没有响应。没有任何改动；请稍后重试。"


def registered_errors() -> dict[str, type[SiyuError]]:
    """Every refusal in the program by its code, for the OpenAPI document and the house tests."""
    return dict(_REGISTERED)
