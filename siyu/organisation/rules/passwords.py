"""Pure decisions about which passwords will do."""

from siyu.organisation.errors import PasswordHoldsLogin, PasswordTooEasy, PasswordTooShort
from siyu.organisation.rules.logins import folded

PASSWORD_LENGTH_MIN = 10
DIFFERENT_CHARACTERS_MIN = 3
ADDED_TO_LOGIN_MIN = 6
# Those of ten characters and more that lead the published lists of leaked passwords, Chinese ones among them.
COMMON_PASSWORDS = frozenset(
    """
    0123456789 0987654321 1234567890 12345678900 12345678910 123456789a 123456789q 1234567891 123456123456
    123123123123 1234554321 147258369a 147258369147 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc 5201314520
    7758521521 9876543210 a123456789 aa123456789 abc1234567 abc123456789 abcd123456 abcde12345 abcdefghij
    admin12345 admin123456 administrator asd123456789 asdf123456 asdfghjkl1 asdfghjkl; changeme123 iloveyou123
    iloveyou520 letmein1234 p@ssw0rd123 passw0rd123 password00 password01 password11 password12 password123
    password1234 password12345 q123456789 q1w2e3r4t5 qaz123456789 qazwsxedcrfv qq123456789 qwer123456
    qwerasdfzxcv qwerty12345 qwerty123456 qwertyuiop qwertyuiop123 superman123 wang123456 welcome123
    welcome1234 woaini1314 woaini1314520 woaini520520 woaini5201314 zhang123456 zxcvbnm123 zxcvbnm123456
    """.split()  # noqa: SIM905 -- a list of this length reads better as text
)


def check_password(password: str, *, login: str) -> None:
    """Returns if the password will do: long enough, not the login, not one that everybody tries first.

    raises  PasswordTooShort, PasswordHoldsLogin, PasswordTooEasy
    source  NIST SP 800-63B §5.1.1.2: length and a list of common ones, no rules about kinds of characters

    >>> check_password("seven quiet ducks", login="fang")
    """
    if len(password) < PASSWORD_LENGTH_MIN:
        raise PasswordTooShort(length=len(password), length_min=PASSWORD_LENGTH_MIN)
    plain, name = folded(password), folded(login)
    if plain.startswith(name) and len(plain) - len(name) < ADDED_TO_LOGIN_MIN:
        raise PasswordHoldsLogin
    if plain in COMMON_PASSWORDS or len(set(plain)) < DIFFERENT_CHARACTERS_MIN:
        raise PasswordTooEasy
