"""What a declared trait is about: the topic of its facts or property, or that of the traits that it is made of."""

from collections.abc import Mapping

from siyu.insight.contracts import Topic
from siyu.insight.rules.declared.tree import Aggregated, Computed, FactInfo, Named, Tree

_T = Topic
_OF_FACT: Mapping[str, Topic] = {
    "order": _T.PURCHASE,
    "order_line": _T.PURCHASE,
    "refund": _T.PURCHASE,
    "order_placed": _T.PURCHASE,
    "message_event": _T.MESSAGE,
    "experiment_assigned": _T.MESSAGE,
    "consent_changed": _T.CONSENT,
    "lifecycle_changed": _T.STAGE,
    "page_view": _T.VISIT,
    "product_view": _T.PRODUCT,
    "search": _T.VISIT,
    "cart_changed": _T.PRODUCT,
    "favourite_changed": _T.PRODUCT,
    "store_visit": _T.STORE,
    "check_in": _T.STORE,
    "wecom_added": _T.CONTACT,
    "wecom_deleted": _T.CONTACT,
    "group_joined": _T.CONTACT,
    "group_left": _T.CONTACT,
    "call_ended": _T.CONTACT,
    "message_said": _T.CONTACT,
    "service_changed": _T.CONTACT,
    "survey_answered": _T.CONTACT,
}
_OF_PROPERTY: Mapping[str, Topic] = {
    "product_key": _T.PRODUCT,
    "category": _T.PRODUCT,
    "channel": _T.CHANNEL,
    "store_key": _T.STORE,
}


def topic_of_fact(fact: FactInfo) -> Topic:
    """What a kind of fact is about; the brand's own events are events."""
    return _T.EVENT if fact.own else _OF_FACT.get(fact.name, _T.OTHER)


def topic_of(tree: Tree) -> Topic:
    """What a declared trait is about; a formula over traits of several topics is about none of them."""
    if isinstance(tree, Aggregated):
        named = None if tree.of is None else _OF_PROPERTY.get(tree.of.name)
        return named or topic_of_fact(tree.fact)
    topics = _topics(tree)
    return topics.pop() if len(topics) == 1 else _T.OTHER


def _topics(tree: Tree) -> set[Topic]:
    match tree:
        case Named():
            return {tree.trait.topic}
        case Computed():
            return set().union(*(_topics(part) for part in tree.parts))
    return set()
