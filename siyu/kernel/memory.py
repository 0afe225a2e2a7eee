"""How much memory there is to share out."""

from pathlib import Path

import psutil


def memory_of_machine(*, root: Path = Path("/")) -> int:
    """The bytes of memory this process may use: the machine's, or what its control group allows if that is less."""
    total = int(psutil.virtual_memory().total)
    group = _text_of(root / "proc/self/cgroup").strip().rsplit("::", 1)[-1].strip("/")
    folders = [root / "sys/fs/cgroup" / group, *(root / "sys/fs/cgroup" / group).parents]
    files = [folder / "memory.max" for folder in folders]
    files.append(root / "sys/fs/cgroup/memory/memory.limit_in_bytes")
    allowed = [int(said) for file in files if (said := _text_of(file).strip()).isdigit()]
    return min([total, *allowed])


def _text_of(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
