"""Which names templates may use."""

from collections.abc import Iterable

from siyu.outreach.contracts import Variable, VariableSource
from siyu.outreach.rules.opt_out import OPT_OUT_URL, sample_link

NAME = Variable("name", "Name", "姓名", "王芳")
LINK = Variable(OPT_OUT_URL, "Opt-out link", "退订链接", sample_link("https://example.com"))
OWN_VARIABLES = (NAME, LINK)


def all_variables(sources: Iterable[VariableSource] = ()) -> tuple[Variable, ...]:
    """What a template may use: ours first, then those of the modules wired as sources."""
    return OWN_VARIABLES + tuple(variable for source in sources for variable in source.variables)


def known_variables(sources: Iterable[VariableSource] = ()) -> tuple[str, ...]:
    """The names a template may use.

    >>> known_variables()
    ('name', 'opt_out_url')
    """
    return tuple(variable.name for variable in all_variables(sources))
