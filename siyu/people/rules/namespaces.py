"""What identities of each namespace mean: how they are written, whether two are two people, who may speak of them."""

from collections.abc import Mapping
from types import MappingProxyType

from siyu.people.contracts import Namespace, NamespacePolicy, Normaliser


def _policy(
    namespace: Namespace, *, one: bool, strong: bool = True, shareable: bool = False
) -> NamespacePolicy:
    by_name = {Namespace.PHONE: Normaliser.PHONE, Namespace.EMAIL: Normaliser.EMAIL}
    normaliser = by_name.get(namespace, Normaliser.TRIMMED)
    return NamespacePolicy(namespace.value, normaliser, one, strong, shareable)


# One person has one member number and, in one brand's WeChat account, one unionid; but several phones and shop logins.
KNOWN: Mapping[str, NamespacePolicy] = MappingProxyType(
    {
        policy.namespace: policy
        for policy in (
            _policy(Namespace.MEMBER_NO, one=True),
            _policy(Namespace.UNIONID, one=True),
            _policy(Namespace.EXTERNAL_USERID, one=True),
            _policy(Namespace.OPENID, one=True),
            _policy(Namespace.ALIPAY_UID, one=True),
            _policy(Namespace.TAOBAO_ID, one=False),
            _policy(Namespace.JD_PIN, one=False),
            _policy(Namespace.PHONE, one=False, shareable=True),
            _policy(Namespace.EMAIL, one=False, shareable=True),
            _policy(Namespace.DEVICE, one=False, strong=False, shareable=True),
        )
    }
)
# A brand's own namespace of which nothing was said: a name for one person, as a key of a file always was.
UNSAID = NamespacePolicy("", Normaliser.TRIMMED, one_per_customer=False, strong=True, shareable=False)


def policy_of(
    namespace: str, overrides: Mapping[str, NamespacePolicy] = MappingProxyType({})
) -> NamespacePolicy:
    """The policy of a namespace: the brand's own word, else what is known of it; `openid:APP` is an openid.

    >>> policy_of("openid:wx17").one_per_customer, policy_of("phone").shareable, policy_of("device").strong
    (True, True, False)
    >>> policy_of("loyalty_card").strong
    True
    """
    family = namespace.split(":", 1)[0]
    for name, known in ((namespace, overrides), (family, overrides), (namespace, KNOWN), (family, KNOWN)):
        if name in known:
            return known[name]
    return UNSAID
