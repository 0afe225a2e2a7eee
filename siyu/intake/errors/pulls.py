"""What intake refuses of other databases, and how to mend it."""

from siyu.kernel.errors import SiyuError


class DatabaseAddressUnfit(SiyuError):
    """This is no address of a database: {why}. Write postgresql://user:password@host:5432/database, with special
    characters of the password percent-encoded.
    """

    code = "database_address_unfit"
    status = 422
    zh = (
        "这不是可用的数据库地址：{why}。请写成 postgresql://用户:密码@主机:5432/数据库，"
        "密码中的特殊字符请用百分号编码。"
    )


class DatabaseDriverMissing(SiyuError):
    """Databases of this kind need the Python package {package}, which is not installed beside Siyu. Install it and
    restart.
    """

    code = "database_driver_missing"
    status = 409
    zh = "这种数据库需要 Python 包 {package}，尚未安装。请安装后重启 Siyu。"


class DatabaseUnreachable(SiyuError):
    """The database {database} does not answer: {why}. Check host, port, user, password and firewall."""

    code = "database_unreachable"
    status = 502
    zh = "数据库 {database} 连不上：{why}。请检查主机、端口、用户、密码和防火墙。"


class DatabaseRefused(SiyuError):
    """The database {database} refused to read: {why}. Check the table or query, and that the user may read it."""

    code = "database_refused"
    status = 422
    zh = "数据库 {database} 拒绝读取：{why}。请检查表名或查询，以及该用户是否有读取权限。"


class DatabaseTooSlow(SiyuError):
    """The database {database} took longer than {seconds} seconds for the first rows. Put an index on the cursor's
    column, or write a query that has one.
    """

    code = "database_too_slow"
    status = 409
    zh = "数据库 {database} 取最初几行用了超过 {seconds} 秒。请为游标列建索引，或改用走索引的查询。"


class CursorUnfit(SiyuError):
    """The column {column} cannot be the cursor: {why}. Choose one that only grows: a time of change, or a number."""

    code = "cursor_unfit"
    status = 422
    zh = "列 {column} 不能作游标：{why}。请选择只会变大的列：修改时间或递增编号。"


class QueryUnfit(SiyuError):
    """This cannot be pulled: {why}. Name one table, or write one SELECT without a semicolon."""

    code = "query_unfit"
    status = 422
    zh = "无法拉取：{why}。请填一个表名，或写一条不带分号的 SELECT。"


class PullBusy(SiyuError):
    """The pull {title} is running. Wait for its end, or cancel it in the task centre."""

    code = "pull_busy"
    status = 409
    zh = "「{title}」正在拉取。请等它结束，或在任务中心取消。"


class EventMapUnfit(SiyuError):
    """These rows cannot become events: {why}."""

    code = "event_map_unfit"
    status = 422
    zh = "这些行无法成为事件：{why}。"
