"""What the embedded PostgreSQL refuses, and how to go on."""

from siyu.kernel.errors import SiyuError


class PostgresNotIncluded(SiyuError):
    """No embedded PostgreSQL is installed on this platform. Set SIYU_DATABASE_URL to a PostgreSQL 15 or newer,
    for example postgresql://siyu:password@localhost/siyu.
    """

    code = "postgres_not_included"
    status = 500
    zh = (
        "本平台没有内置的 PostgreSQL。请将 SIYU_DATABASE_URL 设为 Postgr"
        "eSQL 15 或更新版本的地址，例如 postgresql://siyu:password@localhost/siyu。"
    )


class PostgresDidNotStart(SiyuError):
    """The embedded PostgreSQL did not start: {reason}. Its log {log} ends with: {tail}"""

    code = "postgres_did_not_start"
    status = 503
    zh = "内置 PostgreSQL 未能启动：{reason}。日志 {log} 的最后几行：{tail}"


class PostgresOtherVersion(SiyuError):
    """The database in {data} was made by PostgreSQL {found}, but this Siyu brings PostgreSQL {ours}.
    Make a backup with the Siyu that made it (siyu backup) and restore that here (siyu restore).
    """

    code = "postgres_other_version"
    status = 500
    zh = (
        "{data} 中的数据库由 PostgreSQL {found} 创建，"
        "而当前 Siyu 自带 PostgreSQL {ours}。请用原来的 Siyu 备份（siyu backup），再在这里恢复（siyu restore）。"
    )


class PostgresNoAccess(SiyuError):
    """{path} belongs to the system user {owner}. Start Siyu as that user or as root, or choose another SIYU_HOME."""

    code = "postgres_no_access"
    status = 500
    zh = "{path} 属于系统用户 {owner}。请以该用户或 root 启动 Siyu，或换一个 SIYU_HOME。"


class PostgresNeedsUser(SiyuError):
    """PostgreSQL refuses to run as root, and the system user {name} could not be made. Start Siyu as a normal user,
    or add a system user of that name (useradd --system {name}).
    """

    code = "postgres_needs_user"
    status = 500
    zh = "PostgreSQL 不能以 root 运行，且无法创建系统用户 {name}。请以普通用户启动 Siyu，或先添加该系统用户。"


class PostgresBusy(SiyuError):
    """Another process has been starting or stopping the embedded PostgreSQL for {seconds} s. Try again;
    if it stays so, look at {log}.
    """

    code = "postgres_busy"
    status = 503
    zh = "另一个进程启动或停止内置 PostgreSQL 已超过 {seconds} 秒。请重试；若仍如此，请查看 {log}。"


class DiskFull(SiyuError):
    """The disk that holds {path} is full ({free_mb} MB free). Make room and try again; nothing was lost."""

    code = "disk_full"
    status = 507
    zh = "{path} 所在的磁盘已满（剩余 {free_mb} MB）。请腾出空间后重试，数据没有丢失。"
