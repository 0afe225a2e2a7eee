"""A set of ids in a few bytes each, which may wrongly say yes and never wrongly says no: a split block Bloom filter.

An id is a row of two 64-bit numbers that are as good as random (halves of a digest). The first chooses a block of 256
bits, the second one bit in each of the block's eight words: one access to memory an id.

source  the Bloom filter of the Parquet format, https://github.com/apache/parquet-format/blob/master/BloomFilter.md;
        F. Putze, P. Sanders, J. Singler, Cache-, Hash- and Space-Efficient Bloom Filters, 2007
"""

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Blocks = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]

WORDS = 8
BLOCK_BITS = 32 * WORDS
BLOCKS_MIN = 64
BITS_AT_FIRST = 30  # an id of a new filter: 1 yes in 30,000 is wrong
BITS_AT_LAST = 20  # an id of a full one: 1 in 4,000; then a larger one is made
_SALT = np.array(
    [0x47B6137B, 0x44974D91, 0x8824AD5B, 0xA2B7289D, 0x705495C7, 0x2DF1424B, 0x9EFC4947, 0x5C6BFB31],
    dtype=np.uint32,
)


def blocks_for(ids: int) -> int:
    """How many blocks a new filter of so many ids has.

    >>> blocks_for(0), blocks_for(100_000_000) * 32 // 1_000_000
    (64, 375)
    """
    return max(BLOCKS_MIN, -(-ids * BITS_AT_FIRST // BLOCK_BITS))


def room_of(blocks: int) -> int:
    """How many ids a filter of so many blocks may hold.

    >>> room_of(blocks_for(256_000))
    384000
    """
    return blocks * BLOCK_BITS // BITS_AT_LAST


def add_ids(blocks: Blocks, ids: Ids) -> None:
    """The filter says yes to these ids, and to those it said yes to before.

    shape  blocks: any number of rows of eight words, changed in place; ids: rows of two halves

    >>> blocks = np.zeros((64, 8), dtype=np.uint32)
    >>> add_ids(blocks, np.array([[7, 8], [-7, 8]]))
    >>> may_hold(blocks, np.array([[7, 8], [7, 9], [-7, 8]])).tolist()
    [True, False, True]
    """
    if not len(ids):
        return
    places, bits = _places(ids, len(blocks)), _bits(ids)
    if (places[1:] < places[:-1]).any():  # ids out of the lake are sorted as their blocks are
        order = np.argsort(places, kind="stable")
        places, bits = places[order], bits[order]
    first = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
    halves = np.bitwise_or.reduceat(bits.view(np.uint64), first, axis=0)
    blocks[places[first]] |= halves.view(np.uint32)


def may_hold(blocks: Blocks, ids: Ids) -> Flags:
    """For each id False if it was never added, True if it was, and now and then for another.

    shape  as many as there are ids
    """
    bits = _bits(ids)
    found: Flags = ((blocks[_places(ids, len(blocks))] & bits) == bits).all(axis=1)
    return found


def _places(ids: Ids, blocks: int) -> npt.NDArray[np.int64]:
    """The block of each id, in the order of the signed first halves."""
    high = (ids[:, 0] >> 32) + 2**31
    return (high * blocks) >> 32


def _bits(ids: Ids) -> Blocks:
    low = ids[:, 1].astype(np.uint32)
    found: Blocks = np.left_shift(np.uint32(1), (low[:, None] * _SALT) >> np.uint32(27))
    return found
