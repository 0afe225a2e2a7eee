"""Pure decisions about what somebody may be called, and how two spellings are the same login."""

import re

from siyu.organisation.errors import BadLogin

_LOGIN = re.compile(r"[\w.+@-]{2,64}")


def folded(login: str) -> str:
    """The login as it is compared: case and surrounding space do not matter.

    >>> folded(" Fang.Wang ")
    'fang.wang'
    """
    return login.strip().casefold()


def is_login(text: str) -> bool:
    """Whether somebody could be called that.

    >>> is_login("Fang.Wang"), is_login("fang wang")
    (True, False)
    """
    return _LOGIN.fullmatch(folded(text)) is not None


def checked_login(login: str) -> str:
    """The login as it is kept.

    raises  BadLogin

    >>> checked_login("王芳@Store-7")
    '王芳@store-7'
    """
    if not is_login(login):
        raise BadLogin(login=login)
    return folded(login)
