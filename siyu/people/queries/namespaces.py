"""The namespaces of a brand: what is known of each, what the brand said of it, and whether it is used."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.people.contracts import NamespacePolicy
from siyu.people.models import IdentityNamespace
from siyu.people.queries.customers import brand_namespaces
from siyu.people.queries.links import policies_for
from siyu.people.rules.namespaces import KNOWN


@dataclass(frozen=True, slots=True)
class NamespaceInfo:
    """A namespace as it counts. `own`: by the brand's word; `used`: identities of it are known."""

    policy: NamespacePolicy
    own: bool
    used: bool
    known: bool


def namespaces_of_brand(session: Session) -> list[NamespaceInfo]:
    """All namespaces that Siyu knows, that the brand added, and that files or events brought."""
    said = set(
        session.scalars(
            select(IdentityNamespace.namespace).where(IdentityNamespace.brand_id == brand_of(session))
        )
    )
    used = set(brand_namespaces(session))
    families = {name.split(":", 1)[0] for name in used}
    order = [*KNOWN, *sorted((said | used) - set(KNOWN))]
    policies = policies_for(session, order)
    return [
        NamespaceInfo(
            replace(policies[name], namespace=name),
            name in said,
            name in used or name in families,
            name in KNOWN,
        )
        for name in (one for one in order if ":" not in one)
    ]
