#!/usr/bin/env python3
"""Looks for the identifiers of extracts in the files of a folder, such as a release: as text, and as their plain hashes.

    search_release.py FOLDER LIST            LIST has a line for each extract:  data/gp.csv: patient_id, nhs_number, forename+surname, dob<2023

FOLDER and the extracts are as seen from where it is called. A+B is the two values side by side, as a whole name is, and A+ a column of whole names: where a row has a
surname alone, it is not looked for as text, for it may be a word of the release (Bethnal Green, Young people). COLUMN<YEAR takes dates before that year: events have the
later ones too.

As text: whole words, in either case; dates in the usual orders; what is written with blanks, strokes or dashes also without, but fewer than eight digits (15/12/03) then
only as a whole field, for a count of rows may have them too. As hashes: MD5, SHA-1, SHA-256 and SHA-512 of these spellings, in hexadecimal digits or base64, wherever
they stand, and as bytes. CSV files are read by field, SQLite databases and HDF5 files by their values.

Ends with 1 and tells in which files which columns were found, never a value. The release's different values are held in memory; the extracts are read value by value,
by as many processes as there are processors, each for its share of the values.
"""
import array
import base64
import csv
import gc
import hashlib
import itertools
import multiprocessing
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

SHORTEST = 5  # letters and digits: what has fewer identifies nobody
FEW_DIGITS = 7  # as many may be a count
LONGEST = 14  # words
WORD = re.compile(r"[^\W_]+")
CONTROL = re.compile(r"[\x00-\x1f\ufffd]+")
AMOUNT = re.compile(r"-?\d+\.\d+")
HEAD = 8  # bytes of a hash that are compared
MOST_KNOWN = 4000000  # values that a process remembers
MOST_FIELDS = 1000000  # different values of rows that are looked at together
ROWS = 20000  # of an extract that are looked at together
HEXADECIMAL = re.compile(r"[0-9a-fA-F]{32,}")
BASE64 = re.compile(r"[0-9A-Za-z+/_-]{22,}")
HASHES = (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512)
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
URL_SAFE = str.maketrans("-_", "+/")


# ---- what a release holds


class Content:
    """Texts, whole fields of few digits, and the first bytes of what may be hashes, each with the file that it is first seen in."""

    def __init__(self):
        self.seen, self.text, self.few_digits, self.digest = set(), {}, {}, {}

    def add_words(self, field, name):
        if len(field) <= FEW_DIGITS and field.isdigit():
            self.few_digits.setdefault(field, name)
        words = [field.lower()] if field.isalnum() or AMOUNT.fullmatch(field) else WORD.findall(field.lower())
        for i in range(len(words)):
            for j in range(i + 1, min(i + LONGEST, len(words)) + 1):
                self.text.setdefault(" ".join(words[i:j]), name)
                joined = "".join(words[i:j])
                if j > i + 1 and len(joined) == 10 and joined.isdigit():  # a number in groups
                    self.text.setdefault(joined, name)

    def add_digests(self, field, name):
        for run in HEXADECIMAL.findall(field):
            for i in range(len(run) - 31):
                self.digest.setdefault(bytes.fromhex(run[i : i + 2 * HEAD]), name)
        for run in BASE64.findall(field):
            if not HEXADECIMAL.fullmatch(run):
                run = run.translate(URL_SAFE)
                for i in range(len(run) - 21):
                    self.digest.setdefault(base64.b64decode(run[i : i + 12])[:HEAD], name)

    def add_value(self, data, name):
        if data in self.seen:
            return
        self.seen.add(data)
        text = data.decode("utf-8", errors="replace")
        binary = "\0" in text or "\ufffd" in text
        for piece in set(CONTROL.split(text)) if binary else [text]:
            self.add_words(piece.strip(), name)
        if len(text) >= 22:
            self.add_digests(text, name)
        if binary:
            self.add_bytes(data, name)

    def add_bytes(self, data, name):
        """Every run of HEAD bytes; numbers that are stored in columns have few different ones."""
        for first in range(min(HEAD, len(data) - HEAD + 1)):
            length = (len(data) - first) // HEAD * HEAD
            for head in set(memoryview(data)[first : first + length].cast("Q")):
                self.digest.setdefault(head.to_bytes(HEAD, sys.byteorder), name)


def different(rows):
    """The values of rows, each once as far as MOST_FIELDS of them go."""
    values = set()
    for row in rows:
        values.update(row)
        if len(values) >= MOST_FIELDS:
            yield from values
            values.clear()
    yield from values


def values_of_sqlite(path):
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.text_factory = bytes
    for (table,) in database.execute("select name from sqlite_master where type = 'table'").fetchall():
        quoted = '"' + table.decode().replace('"', '""') + '"'
        for value in different(database.execute(f"select * from {quoted}")):
            yield value if isinstance(value, bytes) else str(value).encode()
    database.close()


def dataset(path, name, folder):
    out = os.path.join(folder, "dataset")
    subprocess.run(["h5dump", "-d", name, "-b", "LE", "-o", out, path], check=True, stdout=subprocess.DEVNULL)
    with open(out, "rb") as file:
        return file.read()


def values_of_hdf5(path):
    """Texts are stored as their bytes, one after another, with the offsets at which each begins."""
    if not shutil.which("h5dump"):
        sys.exit(f"h5dump (package hdf5-tools) is needed to read {path}")
    listed = subprocess.run(["h5ls", "-r", path], check=True, capture_output=True, text=True).stdout
    names = re.findall(r"^(\S+) +Dataset", listed, re.M)
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            if name.endswith("/offset"):
                continue
            data = dataset(path, name, folder)
            if name.endswith("/bytes") and name[:-5] + "offset" in names:
                offset = array.array("Q", dataset(path, name[:-5] + "offset", folder))
                if sys.byteorder == "big":
                    offset.byteswap()
                yield from (data[offset[i] : offset[i + 1]] for i in range(len(offset) - 1))
            else:
                yield data


def values_of_csv(path):
    with open(path, newline="", encoding="utf-8", errors="surrogateescape") as file:
        for field in different(csv.reader(file)):
            yield field.encode(errors="surrogateescape")


def values_of(path):
    with open(path, "rb") as file:
        head = file.read(16)
        if head.startswith(b"SQLite format 3\0"):
            yield from values_of_sqlite(path)
        elif head.startswith(b"\x89HDF\r\n\x1a\n"):
            yield from values_of_hdf5(path)
        elif path.endswith(".csv"):
            yield from values_of_csv(path)
        else:
            data = head + file.read()
            yield from [data] if b"\0" in data else set(re.split(rb'[\r\n\t"]+', data))


def read_release(folder):
    content, files = Content(), 0
    for where, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            files += 1
            for value in values_of(os.path.join(where, name)):
                content.add_value(value, os.path.relpath(os.path.join(where, name), folder))
    content.seen.clear()
    return content, files


# ---- what extracts hold


def date_of(value):
    """(year, month, day) as digits, or None."""
    if not value[0].isdigit() or len(value) > len("30 September 2026"):
        return None
    words = WORD.findall(value)
    if len(words) == 1 and re.fullmatch(r"(19|20)\d{6}", value):
        return value[:4], value[4:6], value[6:]
    if len(words) != 3:
        return None
    if words[1][:3].lower() in MONTHS:
        words[1] = f"{MONTHS.index(words[1][:3].lower()) + 1:02}"
    if not all(w.isdigit() for w in words):
        return None
    if len(words[0]) == 4:
        return tuple(words)
    return (words[2], words[1], words[0]) if len(words[2]) == 4 else None


def spellings(value, date):
    texts = {value, value.lower(), value.upper(), value.replace(" ", ""), value.replace("-", "")}
    if date:
        y, m, d = date
        texts |= {f"{y}-{m}-{d}", f"{y}{m}{d}", f"{d}/{m}/{y}", f"{d}.{m}.{y}", f"{d}-{m}-{y}", f"{d}{m}{y}"}
    return {t for t in texts if len(t) >= SHORTEST}


def find_text(content, value, texts):
    """The file that holds one of the value's spellings as text, or None."""
    for text in texts:
        words = WORD.findall(text.lower())
        joined = "".join(words)
        if len(joined) <= FEW_DIGITS and joined.isdigit() and joined != value:
            found = content.few_digits.get(joined) or (len(words) > 1 and content.text.get(" ".join(words)))
        elif len(words) == 1 and len(joined) == len(text):
            found = content.text.get(joined)
        else:
            found = content.text.get(text.lower()) or content.text.get(" ".join(words)) or content.text.get(joined)
        if found:
            return found
    return None


def find_hash(content, texts):
    """The file that holds the hash of one of the spellings, or None."""
    if not content.digest:
        return None
    for text in texts:
        data = text.encode()
        for function in HASHES:
            found = content.digest.get(function(data).digest()[:HEAD])
            if found:
                return found
    return None


def columns_of(text):
    """Of each word: the columns side by side, whether they are a name, and the year that dates are before."""
    for word in re.split(r"\s*,\s*", text.strip()):
        name, _, year = word.partition("<")
        yield word, [part for part in name.split("+") if part], "+" in name, int(year or 9999)


class Search:
    """One process's share of the values: those whose hash (the same in all of them) leaves `share`."""

    def __init__(self, content, share, shares):
        self.content, self.share, self.shares = content, share, shares
        self.known = {}  # where a value was found, None: nowhere
        self.sought, self.found = 0, {}

    def where(self, value, as_text, before):
        """`as_text`: the value identifies as text too, not only by its hash."""
        key = value if as_text else (value,)
        if key not in self.known or before != 9999:
            date = date_of(value)
            if before != 9999 and (not date or int(date[0]) >= before):
                return None
        if key not in self.known:
            if len(self.known) >= MOST_KNOWN:  # what recurs after this is sought, and counted, again
                self.known.clear()
            self.sought += 1
            texts = spellings(value, date)
            self.known[key] = (as_text and find_text(self.content, value, texts)) or find_hash(self.content, texts)
        return self.known[key]

    def read(self, path, columns):
        with open(path, newline="", encoding="utf-8") as file:
            rows = csv.reader(file)
            header = next(rows)
            places = [(word, [header.index(p) for p in parts], name, before) for word, parts, name, before in columns]
            while some := list(itertools.islice(rows, ROWS)):
                fields = list(itertools.zip_longest(*some, fillvalue=""))
                for word, parts, name, before in places:
                    for value in set(map(" ".join, zip(*[fields[p] for p in parts]))):
                        value = value.strip()
                        if len(value) >= SHORTEST and hash(value) % self.shares == self.share:
                            where = self.where(value, not name or len(WORD.findall(value)) > 1, before)
                            if where:
                                self.found.setdefault((where, word, path), set()).add(value)


def search(share, shares):
    """How many values were sought, and {(file, column, extract): how many values}."""
    one = Search(CONTENT[0], share, shares)
    with open(sys.argv[2], encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                path, columns = line.split(":", 1)
                one.read(path, list(columns_of(columns)))
    return one.sought, {at: len(values) for at, values in one.found.items()}


CONTENT = []  # what the processes inherit


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    content, files = read_release(sys.argv[1])
    if not files:
        sys.exit(f"no files in {sys.argv[1]}")
    CONTENT.append(content)
    gc.freeze()
    shares = os.cpu_count() or 1
    with multiprocessing.get_context("fork").Pool(shares) as pool:
        parts = pool.starmap(search, [(share, shares) for share in range(shares)], chunksize=1)
    found = {}
    for _, part in parts:
        for at, count in part.items():
            found[at] = found.get(at, 0) + count
    if found:
        sys.exit("identifiers in the folder: " + "; ".join(f"{file} holds {found[file, column, path]} values of {column} of {path}" for file, column, path in sorted(found)))
    print(f"none of {sum(sought for sought, _ in parts)} identifiers is in {files} files, as text or as a plain hash")


main()
