"""Looks for the identifiers of extracts in the files of a folder, as text in several spellings and as their plain hashes.

    search_identifiers.py FOLDER FILE.csv:COLUMN,COLUMN+COLUMN... [FILE.csv:...]

A+B is the two values with a blank between, as forename+surname is: a surname alone may be a word of the release (Field, Black), a name is not.

Ends with 1 and names the files that hold one, never the identifier. Texts of fewer than five characters are no identifiers. Words are sought at the borders of
letters and digits, so that a hexadecimal key that happens to hold five digits of a number is no find; hashes stand anywhere, in hexadecimal digits of either case or as bytes.
"""
import csv
import hashlib
import os
import re
import sys

SHORTEST = 5
DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)|(\d\d)[/.](\d\d)[/.](\d{4})")


def spellings(value):
    texts = {value, value.replace(" ", ""), value.replace("-", "")}
    date = DATE.fullmatch(value)
    if date:
        y, m, d = date.group(1, 2, 3) if date.group(1) else date.group(6, 5, 4)
        texts |= {f"{y}-{m}-{d}", f"{y}{m}{d}", f"{d}/{m}/{y}", f"{d}.{m}.{y}"}
    return {t.lower() for t in texts if len(t) >= SHORTEST}


def identifiers(arguments):
    values = set()
    for argument in arguments:
        name, columns = argument.rsplit(":", 1)
        with open(name, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                values.update(" ".join(row[part] for part in c.split("+")) for c in columns.split(","))
    return values


def hashes(values):
    found = set()
    for value in values:
        for text in spellings(value) | {t for t in (value, value.replace(" ", ""), value.upper()) if len(t) >= SHORTEST}:
            for function in (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512):
                found.add(function(text.encode()).digest())
    return found


def holds_bytes(data, wanted):
    """Whether one of the digests stands anywhere in data: by their first eight bytes, read as numbers at each of eight offsets."""
    first = {int.from_bytes(h[:8], sys.byteorder) for h in wanted}
    for offset in range(8):
        part = memoryview(data)[offset:]
        if not first.isdisjoint(part[: len(part) // 8 * 8].cast("Q")):
            return True
    return False


def holds_hash(data, wanted):
    for run in set(re.findall(rb"[0-9a-fA-F]{32,}", data)):
        for start in (0, 1):
            digits = run[start : start + (len(run) - start) // 2 * 2].decode()
            if holds_bytes(bytes.fromhex(digits), wanted) if len(digits) > 200 else any(
                bytes.fromhex(digits)[i : i + n] in wanted for n in (16, 20, 32, 64) for i in range(len(digits) // 2 - n + 1)
            ):
                return True
    return b"\0" in data and holds_bytes(data, wanted)


def holds_text(data, wanted):
    for field in set(re.split(r'[,"\r\n\0]+', data.decode("latin-1").lower())):
        words = re.split(r"([^a-z0-9]+)", field)
        for i in range(0, len(words), 2):
            if any("".join(words[i : j + 1]) in wanted for j in range(i, min(i + 14, len(words)), 2)):
                return True
    return False


def main():
    folder, found = sys.argv[1], []
    values = identifiers(sys.argv[2:])
    texts, digests = set().union(*(spellings(v) for v in values)), hashes(values)
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            data = file.read()
        if holds_text(data, texts) or holds_hash(data, digests):
            found.append(name)
    sys.exit(f"identifiers in {found}" if found else 0)


main()
