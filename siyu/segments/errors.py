"""What segments refuses, always naming the place in the definition."""

from siyu.kernel.errors import SiyuError


class BadSegment(SiyuError):
    """The segment cannot be read at {path}: {why}. {remedy}"""

    code = "bad_segment"
    status = 422
    zh = "人群定义在 {path} 处无法读取：{why_zh}。{remedy_zh}"


class UnknownTrait(SiyuError):
    """There is no trait {trait} (at {path}).{guess} GET /api/v1/traits lists all."""

    code = "unknown_trait"
    status = 422
    zh = "没有名为 {trait} 的指标（位于 {path}）。{guess_zh}完整列表见 GET /api/v1/traits。"


class UnknownFact(SiyuError):
    """There is no event or property {name} (at {path}).{guess} GET /api/v1/traits/facts lists all."""

    code = "unknown_fact"
    status = 422
    zh = "没有名为 {name} 的事件或属性（位于 {path}）。{guess_zh}完整列表见 GET /api/v1/traits/facts。"


class SegmentNameTaken(SiyuError):
    """A segment is already called {name}. Choose another name, or edit that one."""

    code = "segment_name_taken"
    status = 409
    zh = "已有名为“{name}”的人群。请换一个名称，或编辑已有人群。"


class SegmentChanged(SiyuError):
    """Segment {segment_id} is at version {found}, you edited version {version}. Load it again, then edit."""

    code = "segment_changed"
    status = 409
    zh = "人群 {segment_id} 已是第 {found} 版，而你编辑的是第 {version} 版。请重新载入后再编辑。"


class SegmentArchived(SiyuError):
    """Segment {segment_id} is archived; it can be read, not changed."""

    code = "segment_archived"
    status = 409
    zh = "人群 {segment_id} 已归档，只能查看，不能修改。"


class SegmentCycle(SiyuError):
    """The segment would ask about itself: {cycle}. Take one of these references out."""

    code = "segment_cycle"
    status = 422
    zh = "人群会引用到自己：{cycle}。请去掉其中一处引用。"


class SegmentInUse(SiyuError):
    """Segment {name} is used by {users}. Take it out of there first, or archive those too."""

    code = "segment_in_use"
    status = 409
    zh = "人群“{name}”被以下人群引用：{users}。请先在那里去掉引用，或将它们一并归档。"


class ListTooLong(SiyuError):
    """The list has {total} customers; at most {limit} go into one file. Narrow it with filters."""

    code = "list_too_long"
    status = 422
    zh = "名单有 {total} 位客户，一个文件最多 {limit} 位。请用筛选条件缩小范围。"


class ExportTooLong(SiyuError):
    """The segment has {total} customers; more than {limit} are written in the background. POST
    /api/v1/segments/{segment_id}/exports starts that.
    """

    code = "export_too_long"
    status = 422
    zh = "人群有 {total} 位客户；超过 {limit} 位须在后台导出：POST /api/v1/segments/{segment_id}/exports。"


class MembersStored(SiyuError):
    """The members of segment {name} are stored; it has no conditions to edit. Bring a new list, or make a segment."""

    code = "segment_members_stored"
    status = 409
    zh = "人群“{name}”的成员是固定的，不能编辑条件。请上传新名单，或另建人群。"


class NoList(SiyuError):
    """Segment {name} is no list, so no file becomes its members. Make a list from the file."""

    code = "segment_no_list"
    status = 409
    zh = "人群“{name}”不是名单，不能用文件更新成员。请用文件新建名单。"


class NobodyListed(SiyuError):
    """No line of {title} names a customer that is known by {known_by}: of {listed} lines {unknown} are unknown. Choose
    the column, and what customers are known by.
    """

    code = "segment_nobody_listed"
    status = 422
    zh = "{title} 中没有任何一行是以 {known_by} 认识的客户：共 {listed} 行，{unknown} 行未知。请检查所选的列与标识。"


class SegmentListTooLong(SiyuError):
    """The list has more than {limit} lines. Split it into several segments, which another segment can put together."""

    code = "segment_list_too_long"
    status = 422
    zh = "名单超过 {limit} 行。请拆成多个人群，再用一个人群合并它们。"
