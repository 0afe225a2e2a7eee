"""The server's settings file: its share of the memory, no network, nothing personal in the log."""

from pathlib import Path

TEMPLATE = """\
# Written by Siyu at every start. Your own settings go to custom.conf beside this file; they win.
listen_addresses = ''
port = 5432
unix_socket_directories = {socket_dir}
unix_socket_permissions = 0700
max_connections = 100

shared_buffers = {buffers}MB
effective_cache_size = {cache}MB
work_mem = 16MB
maintenance_work_mem = 128MB
random_page_cost = 1.1
jit = off

# One server, no replicas: backups are made by pg_dump.
wal_level = minimal
max_wal_senders = 0
min_wal_size = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
fsync = on
synchronous_commit = on

timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'ISO, YMD'
lc_messages = 'C'

# An error of a statement goes to the program that sent it; the log keeps no statement and no value of a row.
log_destination = 'stderr'
logging_collector = off
log_line_prefix = '%m [%p] '
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = 'none'
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_checkpoints = off
log_autovacuum_min_duration = -1
"""


def buffers_of(memory: int) -> int:
    """The megabytes of shared_buffers on a machine of so many bytes: an eighth, from 128 MB to 4 GB.

    DuckDB takes a third, and the system's page cache keeps what neither of them holds.

    >>> [buffers_of(gigabytes << 30) for gigabytes in (0, 2, 24, 256)]
    [128, 256, 3072, 4096]
    """
    return min(max((memory >> 20) // 8, 128), 4096)


def settings_text(socket_dir: Path, *, memory: int, with_custom: bool) -> str:
    """The whole postgresql.conf; with_custom says that there is a custom.conf to read after it.

    `memory`: bytes, of which PostgreSQL takes its share.

    >>> text = settings_text(Path("/a'b"), memory=8 << 30, with_custom=False)
    >>> [line for line in text.splitlines() if "socket_dir" in line]
    ["unix_socket_directories = '/a''b'"]
    """
    # The value is a list of names; double quotes keep a comma or space in a path one name.
    name = str(socket_dir)
    if "," in name or " " in name:
        name = f'"{name}"'
    quoted = name.replace("'", "''")
    custom = "\ninclude = 'custom.conf'\n" if with_custom else ""
    return (
        TEMPLATE.format(socket_dir=f"'{quoted}'", buffers=buffers_of(memory), cache=memory // 2 >> 20)
        + custom
    )
