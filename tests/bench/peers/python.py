#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""python.py WORK - items through two processes: by multiprocessing.Pool.imap
("item") or by ProcessPoolExecutor.map ("futures"), both in chunks of 1000, or
by the latter with results of 1 MB ("large")."""

import concurrent.futures
import multiprocessing
import sys
import time


def item(number):
    return (number * 2).to_bytes(8, "little")


def large(number):
    return bytes(1000000)


def timed(run, count):
    """Runs it once before, which also starts the processes."""
    sum(1 for _ in run(range(count // 10)))
    start = time.monotonic()
    if sum(1 for _ in run(range(count))) != count:
        sys.exit("results are missing")
    print((time.monotonic() - start) * 1e6 / count)


def by_pool(function, count, chunk):
    with multiprocessing.Pool(2) as pool:
        timed(lambda items: pool.imap(function, items, chunk), count)


def by_futures(function, count, chunk):
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        timed(lambda items: pool.map(function, items, chunksize=chunk), count)


if __name__ == "__main__":
    by, function, count, chunk = {
        "item": (by_pool, item, 300000, 1000),
        "futures": (by_futures, item, 200000, 1000),
        "large": (by_futures, large, 300, 1),
    }[sys.argv[1]]
    by(function, count, chunk)
