"""What outreach refuses, in the words people read."""

from siyu.kernel.errors import SiyuError


class TemplateRefused(SiyuError):
    """The template has a fault at line {line}, column {column}: {remedy}"""

    code = "template_refused"
    status = 422


class TemplateValueMissing(SiyuError):
    """The template needs {variable}, which this customer does not have. Give it a fallback in the template:
    {{{{ {variable} | default: "…" }}}}.
    """

    code = "template_value_missing"
    status = 422


class TemplateValueRefused(SiyuError):
    """The value of {variable} holds a link. Carriers refuse links that come from variables; write the link into
    the template itself.
    """

    code = "template_value_refused"
    status = 422


class TextTooLong(SiyuError):
    """The message would be {characters} characters long; a vendor takes {characters_max}. Shorten the template
    or the values in it.
    """

    code = "text_too_long"
    status = 422


class ReceiptNotAuthentic(SiyuError):
    """The signature of this callback does not fit its body. Check that the vendor's key is the same on both
    sides; nothing was changed.
    """

    code = "receipt_not_authentic"
    status = 401


class CallbackMalformed(SiyuError):
    """The callback is signed but cannot be read: {why}. Nothing was changed; the vendor will post it again."""

    code = "callback_malformed"
    status = 422
