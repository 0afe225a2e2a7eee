"""What a backup or a restore refuses, and how to go on."""

from siyu.kernel.errors import SiyuError


class BackupTargetExists(SiyuError):
    """There is already a file {target}. Choose another name or move it away."""

    code = "backup_target_exists"
    status = 409
    zh = "文件 {target} 已存在。请换一个名称，或先移走它。"


class BackupFailed(SiyuError):
    """The backup could not be made: {why}. Nothing was left behind; try again."""

    code = "backup_failed"
    status = 500
    zh = "备份失败：{why}。没有留下任何文件，请重试。"


class BackupToolUnfit(SiyuError):
    """{program} {why}. Install the client programs of PostgreSQL {needed} or newer so that they are on the PATH."""

    code = "backup_tool_unfit"
    status = 500
    zh = "{program} {why}。请安装 PostgreSQL {needed} 或更新版本的客户端程序，并确保在 PATH 中。"


class BackupDamaged(SiyuError):
    """{source} is no whole Siyu backup: {why}. Nothing was changed; use another backup."""

    code = "backup_damaged"
    status = 422
    zh = "{source} 不是完整的 Siyu 备份：{why}。没有任何改动，请使用另一个备份。"


class BackupTooNew(SiyuError):
    """{source} was made by a newer Siyu, {version} (schema {revision}). Install that version first."""

    code = "backup_too_new"
    status = 409
    zh = "{source} 由更新的 Siyu {version}（结构版本 {revision}）创建。请先安装该版本。"


class RestoreNeedsKey(SiyuError):
    """{source} holds data encrypted with the key {needed}, but the key here is {found}. Backups never contain the key:
    put the key file that belongs to this backup in its place first.
    """

    code = "restore_needs_key"
    status = 409
    zh = "{source} 中的数据用密钥 {needed} 加密，而这里的密钥是 {found}。备份不含密钥：请先放回对应的密钥文件。"


class RestoreTargetNotEmpty(SiyuError):
    """{where} already holds data. To replace it for good, say so (--overwrite)."""

    code = "restore_target_not_empty"
    status = 409
    zh = "{where} 中已有数据。如要永久替换，请明确指定（--overwrite）。"


class RestoreFailed(SiyuError):
    """The backup could not be restored: {why}. What was there before is still in place."""

    code = "restore_failed"
    status = 500
    zh = "恢复失败：{why}。原有数据未变。"
