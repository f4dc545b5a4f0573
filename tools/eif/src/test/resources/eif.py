# Reads an enclave image file by the specification's words, apart from the Java code: checks the CRC, computes the PCRs, and takes
# the signature apart into files for openssl.
import base64, hashlib, struct, sys, zlib

data = open(sys.argv[1], "rb").read()
magic, version, flags, mem, cpus, _, count = struct.unpack_from(">4sHHQQHH", data)
assert (magic, version) == (b".eif", 4), (magic, version)
offsets = struct.unpack_from(">32Q", data, 28)[:count]
sizes = struct.unpack_from(">32Q", data, 28 + 256)[:count]
(crc,) = struct.unpack_from(">I", data, 544)
print("crc ok" if zlib.crc32(data[:544] + data[548:]) == crc else "crc bad")

sections = []
for offset, size in zip(offsets, sizes):
    kind, _, length = struct.unpack_from(">HHQ", data, offset)
    assert length == size
    sections.append((kind, data[offset + 12:offset + 12 + size]))


def pcr(content):
    return hashlib.sha384(bytes(48) + hashlib.sha384(content).digest()).hexdigest()


def of(kind):
    return [body for number, body in sections if number == kind]


ramdisks = of(3)
base = of(1)[0] + of(2)[0]
print("0", pcr(base + b"".join(ramdisks)))
print("1", pcr(base + ramdisks[0]))
print("2", pcr(b"".join(ramdisks[1:])))


def cbor(body, at):
    major, low = body[at] >> 5, body[at] & 31
    at += 1
    if low >= 24:
        width = 1 << (low - 24)
        low = int.from_bytes(body[at:at + width], "big")
        at += width
    if major == 0:
        return low, at
    if major == 1:
        return -1 - low, at
    if major in (2, 3):
        text = body[at:at + low]
        return (text if major == 2 else text.decode()), at + low
    if major == 4:
        items = []
        for _ in range(low):
            item, at = cbor(body, at)
            items.append(item)
        return items, at
    assert major == 5
    items = {}
    for _ in range(low):
        key, at = cbor(body, at)
        items[key], at = cbor(body, at)
    return items, at


def whole(body):
    value, end = cbor(body, 0)
    assert end == len(body)
    return value


def head(major, length):
    if length < 24:
        return bytes([major << 5 | length])
    if length < 256:
        return bytes([major << 5 | 24, length])
    return bytes([major << 5 | 25]) + length.to_bytes(2, "big")


(entry,) = whole(of(4)[0])
pem = bytes(entry["signing_certificate"])
der = base64.b64decode(b"".join(pem.splitlines()[1:-1]))
print("8", pcr(der))
protected, unprotected, payload, signature = whole(bytes(entry["signature"]))
assert whole(protected) == {1: -35} and unprotected == {} and len(signature) == 96
value = whole(payload)
assert value["register_index"] == 0
print("signed", bytes(value["register_value"]).hex())

signed = head(4, 4) + head(3, 10) + b"Signature1"
for part in (protected, b"", payload):
    signed += head(2, len(part)) + part


def integer(number):
    number = number.lstrip(b"\0")
    if number[0] & 128:
        number = b"\0" + number
    return bytes([2, len(number)]) + number


numbers = integer(signature[:48]) + integer(signature[48:])
open("signature.der", "wb").write(bytes([0x30, len(numbers)]) + numbers)
open("signed.cbor", "wb").write(signed)
open("certificate.pem", "wb").write(pem)
