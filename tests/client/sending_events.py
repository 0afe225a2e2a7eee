"""A program that sends events through a spool and says the id of each, until it is killed or done."""

import sys

from siyu_client import Client


def main(url: str, key: str, spool: str, first: int, last: int) -> None:
    with Client(url, key, spool=spool, batch_events=20, batch_seconds=0.05) as siyu:
        for number in range(first, last):
            siyu.track("check_in", {"points": 5}, event_id=f"e{number}", member_no=f"M{number % 7}")
            sys.stdout.write(f"e{number}\n")
            sys.stdout.flush()
        assert siyu.flush(60), siyu.last_problem


if __name__ == "__main__":
    main(*sys.argv[1:4], *map(int, sys.argv[4:6]))
