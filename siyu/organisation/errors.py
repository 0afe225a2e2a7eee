"""What organisation refuses, and what to do about it."""

from siyu.kernel.errors import SiyuError


class NotSignedIn(SiyuError):
    """Nobody is signed in here, or the session has ended. Sign in again, or send a valid API key."""

    code = "not_signed_in"
    status = 401
    zh = "尚未登录或会话已结束。请重新登录，或使用有效的 API 密钥。"


class WrongCredentials(SiyuError):
    """The login or the password is wrong, or the account is disabled. Ask an owner to reset the password."""

    code = "wrong_credentials"
    status = 401
    zh = "账号或密码有误，或账号已停用。如忘记密码，请联系所有者重置。"


class TooManyAttempts(SiyuError):
    """There were too many failed attempts to sign in. Try again in {retry_after_seconds} seconds."""

    code = "too_many_attempts"
    status = 429
    zh = "登录失败次数过多，请在 {retry_after_seconds} 秒后重试。"


class NotAllowed(SiyuError):
    """This needs the permission {permission}, which you do not have. Ask an owner of the brand for it."""

    code = "not_allowed"
    status = 403
    zh = "此操作需要权限 {permission}，你目前没有。请联系品牌所有者开通。"


class CsrfRefused(SiyuError):
    """The change did not carry this session's X-CSRF-Token. Reload the page and try again."""

    code = "csrf_refused"
    status = 403
    zh = "请求缺少本会话的 X-CSRF-Token。请刷新页面后重试。"


class PasswordChangeRequired(SiyuError):
    """The password was set by somebody else. Choose one of your own first."""

    code = "password_change_required"
    status = 403
    zh = "当前密码由他人设置，请先修改为自己的密码。"


class PeopleOnly(SiyuError):
    """This is for people who signed in; an API key has no session and no password."""

    code = "people_only"
    status = 403
    zh = "此操作仅限登录的人员；API 密钥没有会话，也没有密码。"


class WrongCurrentPassword(SiyuError):
    """The current password is wrong. Nothing was changed."""

    code = "wrong_current_password"
    status = 409
    zh = "当前密码不正确，未作任何修改。"


class PasswordTooShort(SiyuError):
    """The password has {length} characters; at least {length_min} are needed."""

    code = "password_too_short"
    status = 422
    zh = "密码只有 {length} 个字符，至少需要 {length_min} 个。"


class PasswordTooEasy(SiyuError):
    """Many people use this password, or it repeats one or two characters. Choose one that is hard to guess."""

    code = "password_too_easy"
    status = 422
    zh = "该密码过于常见，或只是重复一两个字符。请换一个不易猜到的密码。"


class PasswordHoldsLogin(SiyuError):
    """The password must differ from the login and not just add to it. Choose another."""

    code = "password_holds_login"
    status = 422
    zh = "密码不能与账号相同，也不能只是在账号后加几个字符。请另选一个。"


class PasswordNotNew(SiyuError):
    """The new password is the old one. Choose another."""

    code = "password_not_new"
    status = 422
    zh = "新密码与旧密码相同，请另选一个。"


class BadLogin(SiyuError):
    """{login} cannot be a login: use 2 to 64 letters, digits and . _ - + @, without spaces."""

    code = "bad_login"
    status = 422
    zh = "{login} 不能作为账号：请使用 2 到 64 个字母、数字或 . _ - + @，不含空格。"


class LoginTaken(SiyuError):
    """The login {login} is in use already. Choose another, for instance the work e-mail address."""

    code = "login_taken"
    status = 409
    zh = "账号 {login} 已被使用。请换一个，例如工作邮箱。"


class UnknownRole(SiyuError):
    """There is no role {role}. Known: {known}."""

    code = "unknown_role"
    status = 422
    zh = "没有角色 {role}。可用的有：{known}。"


class RoleMissing(SiyuError):
    """A person needs at least one role. Known: {known}."""

    code = "role_missing"
    status = 422
    zh = "每个人至少需要一个角色。可用的有：{known}。"


class LastOwner(SiyuError):
    """{login} is the brand's last owner. Make somebody else an owner first."""

    code = "last_owner"
    status = 409
    zh = "{login} 是品牌的最后一位所有者。请先将另一人设为所有者。"


class UnknownPermission(SiyuError):
    """There is no permission {permission}. Known: {known}."""

    code = "unknown_permission"
    status = 422
    zh = "没有权限 {permission}。可用的有：{known}。"


class ScopeNotYours(SiyuError):
    """You cannot give a key the permission {permission} because you do not have it yourself."""

    code = "scope_not_yours"
    status = 403
    zh = "你自己没有权限 {permission}，因此不能授予密钥。"


class BadBrandCode(SiyuError):
    """{value} cannot be a brand's code: use 2 to 32 small letters, digits and hyphens, starting with a letter."""

    code = "bad_brand_code"
    status = 422
    zh = "{value} 不能作为品牌代码：请使用 2 到 32 个小写字母、数字或连字符，以字母开头。"


class BrandCodeTaken(SiyuError):
    """There is a brand with the code {value} already. Choose another code."""

    code = "brand_code_taken"
    status = 409
    zh = "品牌代码 {value} 已被使用，请换一个。"


class UnknownTimeZone(SiyuError):
    """{value} is no time zone. Use a name of the IANA list, for instance Asia/Shanghai."""

    code = "unknown_time_zone"
    status = 422
    zh = "{value} 不是有效的时区。请使用 IANA 名称，例如 Asia/Shanghai。"


class UnknownCurrency(SiyuError):
    """{value} is no currency. Use the three capital letters of ISO 4217, for instance CNY."""

    code = "unknown_currency"
    status = 422
    zh = "{value} 不是有效的币种。请使用 ISO 4217 的三个大写字母，例如 CNY。"


class NoBrandYet(SiyuError):
    """There is no brand yet. Run `siyu brand add CODE NAME` first."""

    code = "no_brand_yet"
    status = 409
    zh = "还没有品牌。请先运行 `siyu brand add 代码 名称`。"


class SeveralBrands(SiyuError):
    """There are several brands: {codes}. Say which one with --brand CODE."""

    code = "several_brands"
    status = 409
    zh = "有多个品牌：{codes}。请用 --brand 代码 指定。"


class AuditTooLong(SiyuError):
    """There are {total} such entries; at most {limit} go into one file. Choose fewer days or another filter."""

    code = "audit_too_long"
    status = 422
    zh = "符合条件的记录有 {total} 条，一个文件最多 {limit} 条。请缩短日期范围或增加筛选条件。"
