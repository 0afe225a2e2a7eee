"""Checks a proof of consent by itself: `python check.py proof.zip`. It needs Python 3.9 or newer and nothing else.

This file goes into every proof, so that whoever receives one need not trust the program that made it. It makes anew:
the digest of each text and of each piece of evidence; the leaf of each entry, SHA-256 over 0x00 and its `words`; the
root of its seal, by hashing upward along `path` (SHA-256 over 0x01, left, right); the digest of each seal, SHA-256 over
the JSON array of its columns, which holds the digest of the seal before it. It then prints the head of the chain:
compare it with one that was noted elsewhere.
"""

import hashlib
import json
import sys
import zipfile
from typing import Any

FORMAT = "siyu.consent/1"
TEXT_PLACE, EVIDENCE_PLACE = 11, 12


def check(proof: dict[str, Any], entries: list[dict[str, Any]]) -> list[str]:
    """What does not hold, in words; nothing if all does. `entries`: those of the proof and of its other files."""
    wrong = _wrong_seals(proof["seals"])
    roots = {seal["seal_no"]: seal["root"] for seal in proof["seals"]}
    texts = {_sha(_array(*text["sealed"]).encode()).hex(): text for text in proof["texts"]}
    for entry in entries:
        words = entry["words"]
        number, text_digest = json.loads(words)[0], json.loads(words)[TEXT_PLACE]
        if text_digest is not None and text_digest not in texts:
            wrong.append(f"entry {number}: the text it names is not in this proof, or was changed")
        if not _evidence_holds(entry):
            wrong.append(f"entry {number}: its evidence is not what was sealed")
        if entry["seal_no"] is None:
            continue
        leaf = _sha(b"\x00" + words.encode())
        if _root(leaf, entry["path"]).hex() != roots.get(entry["seal_no"]):
            wrong.append(f"entry {number}: it is not what seal {entry['seal_no']} holds")
    return wrong


def _wrong_seals(seals: list[dict[str, Any]]) -> list[str]:
    wrong = []
    before: dict[str, Any] | None = None
    for seal in seals:
        digest = _sha(
            _array(
                FORMAT, seal["brand_id"], seal["seal_no"], seal["after_entry_id"], seal["last_entry_id"],
                seal["entries"], seal["root"], seal["previous"], seal["sealed_at"],
            ).encode()
        ).hex()  # fmt: skip
        follows = before is None or (
            seal["previous"] == before["digest"] and seal["seal_no"] == before["seal_no"] + 1
        )
        begins = seal["seal_no"] != 1 or seal["previous"] == "00" * 32
        if digest != seal["digest"] or not follows or not begins:
            wrong.append(f"seal {seal['seal_no']}: it does not hold")
        before = seal
    return wrong


def _evidence_holds(entry: dict[str, Any]) -> bool:
    evidence, digest = entry.get("evidence"), json.loads(entry["words"])[EVIDENCE_PLACE]
    if evidence is None or "words" not in evidence:
        return True
    return bool(_sha(f"{evidence['salt']}\n{evidence['words']}".encode()).hex() == digest)


def _root(leaf: bytes, path: list[list[str]]) -> bytes:
    for side, beside in path:
        other = bytes.fromhex(beside)
        leaf = _sha(b"\x01" + (other + leaf if side == "left" else leaf + other))
    return leaf


def _sha(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _array(*values: object) -> str:
    return json.dumps(values, ensure_ascii=False)


def main(path: str) -> int:
    """The verdict on standard output; 1 if something does not hold."""
    with zipfile.ZipFile(path) as archive:
        proof = json.loads(archive.read("proof.json"))
        entries = list(proof["entries"])
        for name in sorted(archive.namelist()):
            if name.startswith("recipients-") and name.endswith(".json"):
                entries += [one["entry"] for one in json.loads(archive.read(name)) if one["entry"]]
    wrong = check(proof, entries)
    for line in wrong:
        sys.stdout.write(f"WRONG  {line}\n")
    waiting = sum(entry["seal_no"] is None for entry in entries)
    if not wrong:
        sys.stdout.write(
            f"All of it holds: {len(entries)} entries ({waiting} not sealed yet), {len(proof['seals'])} seals.\n"
        )
    if proof["seals"]:
        sys.stdout.write(
            f"Head of the chain: {proof['seals'][-1]['seal_no']}:{proof['seals'][-1]['digest']}\n"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
