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


class UnitClosed(SiyuError):
    """{name} is closed. Choose another unit, or open it again first."""

    code = "unit_closed"
    status = 409
    zh = "{name} 已关闭。请选择其他组织单元，或先重新启用它。"


class UnitUnderStore(SiyuError):
    """{name} is a store, and nothing stands below a store. Choose the unit above it."""

    code = "unit_under_store"
    status = 409
    zh = "{name} 是门店，门店之下不能再设组织单元。请选择它的上级。"


class UnitInCircle(SiyuError):
    """A unit cannot stand below itself, and {name} stands below it. Move {name} first."""

    code = "unit_in_circle"
    status = 409
    zh = "组织单元不能移动到自己的下级：{name} 在它之下。请先移动 {name}。"


class UnitTooDeep(SiyuError):
    """The tree would have more than {depth_max} levels. Choose a place nearer to the top."""

    code = "unit_too_deep"
    status = 409
    zh = "组织层级将超过 {depth_max} 级。请选择更靠近顶层的位置。"


class UnitNotEmpty(SiyuError):
    """{units} open units stand below it, {name} among them. Move or close them first."""

    code = "unit_not_empty"
    status = 409
    zh = "其下还有 {units} 个启用中的组织单元，例如 {name}。请先移动或关闭它们。"


class StoreKeyMisplaced(SiyuError):
    """A store needs the key that orders and customers call it by, and no other unit has one."""

    code = "store_key_misplaced"
    status = 422
    zh = "门店必须填写订单和客户资料中使用的门店编码；其他类型的组织单元不能填写。"


class StoreKeyTaken(SiyuError):
    """An open unit is the store {store_key} already. Close that one first, or choose another store."""

    code = "store_key_taken"
    status = 409
    zh = "门店 {store_key} 已绑定到另一个启用中的组织单元。请先关闭那个单元，或选择其他门店。"


class TooManyUnits(SiyuError):
    """A brand has at most {units_max} units. Open closed ones again under a new name instead of adding more."""

    code = "too_many_units"
    status = 409
    zh = "每个品牌最多 {units_max} 个组织单元。请重新启用并改名已关闭的单元，不要继续新增。"


class SecondFactorNeeded(SiyuError):
    """The password is right. Type the six digits of your authenticator app as well, or a recovery code."""

    code = "second_factor_needed"
    status = 401
    zh = "密码正确。请再输入验证器应用中的六位动态码，或一个恢复码。"


class WrongSecondFactor(SiyuError):
    """The code does not fit, or was used before. Wait for the next one and check the phone's clock."""

    code = "wrong_second_factor"
    status = 409
    zh = "动态码不正确或已使用过。请等待下一个动态码，并检查手机时间是否准确。"


class SecondFactorRequired(SiyuError):
    """Your role signs in with an authenticator app. Set it up first, under your name at the top right."""

    code = "second_factor_required"
    status = 403
    zh = "你的角色必须启用两步验证。请先在右上角的账号菜单中设置验证器。"


class SecondFactorStands(SiyuError):
    """An authenticator app is set up already. Remove it first if you have a new phone."""

    code = "second_factor_stands"
    status = 409
    zh = "已启用两步验证。如需更换手机，请先停用再重新设置。"


class SecondFactorNotBegun(SiyuError):
    """There is no secret yet to which a code could belong. Begin the set-up again and scan the new QR code."""

    code = "second_factor_not_begun"
    status = 409
    zh = "尚未生成验证器密钥。请重新开始设置，并扫描新的二维码。"


class NoSecondFactor(SiyuError):
    """No authenticator app is set up for this account."""

    code = "no_second_factor"
    status = 409
    zh = "该账号未启用两步验证。"


class KeyRevoked(SiyuError):
    """The key {prefix} is revoked. Make a new one."""

    code = "key_revoked"
    status = 409
    zh = "密钥 {prefix} 已吊销，请新建一个密钥。"


class ExpiryPast(SiyuError):
    """The key would have expired already. Choose a day in the future, or none."""

    code = "expiry_past"
    status = 422
    zh = "有效期不能早于现在。请选择将来的日期，或不设有效期。"


class BadIssuer(SiyuError):
    """{value} cannot be an OpenID provider's address. Give the issuer as its administrator names it, with https://."""

    code = "bad_issuer"
    status = 422
    zh = "{value} 不能作为 OpenID 身份提供方地址。请填写其管理员提供的 issuer，以 https:// 开头。"


class NoSignOn(SiyuError):
    """Single sign-on is not set up here. Sign in with a password, or ask an owner."""

    code = "no_sign_on"
    status = 404
    zh = "这里没有启用单点登录。请使用密码登录，或联系所有者。"


class SignOnRefused(SiyuError):
    """The sign-in at the company's provider was not accepted: {why}. Try again; if it stays so, tell an owner."""

    code = "sign_on_refused"
    status = 409
    zh = "企业身份提供方的登录未被接受：{why}。请重试；如仍失败，请告知所有者。"


class SignOnUnreachable(SiyuError):
    """The company's provider does not answer as it should: {why}. Sign in with the password, or try again later."""

    code = "sign_on_unreachable"
    status = 502
    zh = "企业身份提供方没有正常响应：{why}。请使用密码登录，或稍后重试。"


class SubjectUnknown(SiyuError):
    """Nobody here is linked to the account that signed in. Sign in with the password once and link it under your name,
    or ask an owner.
    """

    code = "subject_unknown"
    status = 403
    zh = "登录的企业账号尚未关联到任何人员。请先用密码登录并在账号菜单中关联，或联系所有者。"


class SubjectTaken(SiyuError):
    """That account of the company's provider is linked to somebody else. Unlink it there first."""

    code = "subject_taken"
    status = 409
    zh = "该企业账号已关联到另一位人员。请先在对方账号上解除关联。"
