"""What people refuses."""

from siyu.kernel.errors import SiyuError


class BadPhone(SiyuError):
    """{value} is not a telephone number. Write a Chinese mobile number of 11 digits, or +country code and number."""

    code = "bad_phone"
    status = 422
    zh = "{value} 不是电话号码。请填写 11 位手机号，或“+国家代码 号码”。"
