"""The reference of the LZ4 rows.

liblz4.py corpus TREE NAME LIMIT     writes NAME.bin and NAME.sizes: files of a tree, spread evenly, LIMIT bytes at most
liblz4.py compress LIBRARY NAME LEVEL   compresses it into clusters of 256 KiB; prints CPU seconds and bytes
"""

import ctypes
import os
import sys
import time

CLUSTER = 256 * 1024
SEGMENT = 4 << 20


def corpus(tree, name, limit):
    files = []
    for folder, folders, names in os.walk(tree):
        folders.sort()
        for entry in sorted(names):
            path = os.path.join(folder, entry)
            if not os.path.islink(path) and os.path.isfile(path) and os.path.getsize(path) > 0:
                files.append(path)
    total = sum(os.path.getsize(path) for path in files)
    part = min(1.0, limit / total)
    wanted = 0.0
    taken = 0
    with open(name + ".bin", "wb") as data, open(name + ".sizes", "w") as sizes:
        for path in files:
            wanted += os.path.getsize(path) * part
            size = min(os.path.getsize(path), int(wanted) - taken)
            # Small files come whole when their turn is there, large ones in pieces of at least a cluster.
            if size < min(os.path.getsize(path), CLUSTER):
                continue
            with open(path, "rb") as file:
                data.write(file.read(size))
            sizes.write(f"{size}\n")
            taken += size


def compress(library, name, level):
    lz4 = ctypes.CDLL(library)
    state = ctypes.create_string_buffer(lz4.LZ4_sizeofStateHC())
    with open(name + ".bin", "rb") as file:
        data = file.read()
    base = ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value
    output = ctypes.create_string_buffer(CLUSTER)
    lz4.LZ4_compress_HC_destSize.argtypes = [
        ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_int), ctypes.c_int, ctypes.c_int]
    at = 0
    produced = 0
    begin = time.process_time()
    with open(name + ".sizes") as sizes:
        for line in sizes:
            end = at + int(line)
            while at < end:
                # Segments as Caisson cuts them, so that both see the same input.
                stop = min(end, at + SEGMENT)
                while at < stop:
                    size = ctypes.c_int(stop - at)
                    produced += lz4.LZ4_compress_HC_destSize(state, base + at, output, ctypes.byref(size), CLUSTER, level)
                    at += size.value
    print(f"{time.process_time() - begin:.3f} {produced}")


if __name__ == "__main__":
    if len(sys.argv) == 5 and sys.argv[1] == "corpus":
        corpus(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    elif len(sys.argv) == 5 and sys.argv[1] == "compress":
        compress(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        sys.exit(__doc__)
