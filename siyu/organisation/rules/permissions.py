"""Pure decisions about what a role may do, and what a key may be given."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from siyu.organisation.contracts import StaffRole
from siyu.organisation.errors import RoleMissing, ScopeNotYours, UnknownPermission, UnknownRole

PERMISSIONS = (
    "customers.read",
    "customers.reveal",  # personal data without the mask
    "customers.edit",  # written down and corrected by hand, tags
    "customers.merge",
    "customers.export",
    "consents.edit",
    "consents.prove",  # bundles that hold personal data in clear, for whoever asks for proof
    "suppressions.read",
    "suppressions.edit",
    "suppressions.lift",
    "privacy.read",
    "privacy.request",  # everything about a customer, or their erasure
    "privacy.approve",
    "imports.read",
    "imports.run",
    "imports.undo",
    "events.write",  # for the keys of programs that send events
    "events.read",
    "events.edit",
    "segments.read",
    "segments.edit",
    "segments.export",
    "destinations.read",
    "destinations.edit",  # where facts go, and their secrets
    "destinations.approve",  # those that are told who customers are
    "destinations.export",
    "campaigns.read",
    "campaigns.edit",
    "campaigns.approve",
    "campaigns.send",
    "analytics.read",
    "channels.read",
    "channels.edit",
    "settings.read",
    "settings.edit",
    "users.read",
    "users.edit",
    "keys.read",
    "keys.edit",
    "audit.read",
    "tasks.read",
    "tasks.cancel",
)
_ALL = frozenset(PERMISSIONS)
_READING = frozenset(permission for permission in PERMISSIONS if permission.endswith(".read"))
_ADMINISTRATION = frozenset(
    {
        "users.read",
        "users.edit",
        "keys.read",
        "keys.edit",
        "settings.edit",
        "audit.read",
        "customers.export",
        "consents.prove",
        "suppressions.lift",
        "privacy.approve",
        "destinations.edit",
        "destinations.approve",
    }
)
PERMISSIONS_BY_ROLE: Mapping[StaffRole, frozenset[str]] = MappingProxyType(
    {
        StaffRole.OWNER: _ALL,
        StaffRole.OPERATOR: _ALL - _ADMINISTRATION,
        StaffRole.ANALYST: _READING
        | {"customers.export", "segments.edit", "segments.export", "destinations.export"},
        StaffRole.DEVELOPER: _READING
        | {"keys.edit", "imports.run", "imports.undo", "events.write", "events.edit", "channels.edit"}
        | {"destinations.edit"},
        StaffRole.STORE_MANAGER: frozenset({"customers.read", "customers.reveal", "customers.export"}),
        StaffRole.GUIDE: frozenset({"customers.read"}),
        StaffRole.AGENT: frozenset({"customers.read", "customers.reveal"}),
    }
)


def permissions_of(roles: Iterable[StaffRole]) -> frozenset[str]:
    """A person may do what any one of their roles may do.

    >>> "users.edit" in permissions_of([StaffRole.OPERATOR])
    False
    >>> "users.read" in permissions_of([StaffRole.OPERATOR, StaffRole.ANALYST])
    True
    """
    return frozenset().union(*(PERMISSIONS_BY_ROLE[role] for role in roles))


def checked_roles(roles: Iterable[str]) -> tuple[StaffRole, ...]:
    """The roles, each once, the most powerful first.

    raises  UnknownRole, RoleMissing

    >>> [role.value for role in checked_roles(["analyst", "owner", "analyst"])]
    ['owner', 'analyst']
    """
    wanted = set(roles)
    known = ", ".join(StaffRole)
    for role in sorted(wanted - set(StaffRole)):
        raise UnknownRole(role=role, known=known)
    if not wanted:
        raise RoleMissing(known=known)
    return tuple(role for role in StaffRole if role in wanted)


def checked_scopes(scopes: Iterable[str], *, held: frozenset[str]) -> tuple[str, ...]:
    """The permissions of a key, each once; nobody can give what they do not hold.

    raises  UnknownPermission, ScopeNotYours

    >>> checked_scopes(["keys.read", "imports.run"], held=frozenset(PERMISSIONS))
    ('imports.run', 'keys.read')
    """
    wanted = sorted(set(scopes))
    for permission in wanted:
        if permission not in _ALL:
            raise UnknownPermission(permission=permission, known=", ".join(PERMISSIONS))
        if permission not in held:
            raise ScopeNotYours(permission=permission)
    return tuple(wanted)
