"""Looks for identifiers of extracts in a release folder, as text and as plain hashes; exit code 1 when one is there.

usage: search_extracts.py FOLDER EXTRACT.csv:COLUMN,COLUMN... ...

Fields are compared whole, and every word of five characters and more with the identifiers. Dates from 2023 on are left out: events have those too."""
import csv, hashlib, os, re, sys

words = set()
for argument in sys.argv[2:]:
    path, columns = argument.rsplit(":", 1)
    columns = columns.split(",")
    values = set()
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            values.update(row[c] for c in columns)
    for value in values:
        if len(value) < 4 or re.search(r"(^|\D)20(2[3-9])", value):
            continue
        for text in {value, value.lower(), value.upper(), value.replace(" ", ""), "-".join(reversed(re.split("[-/]", value)))}:
            words.add(text)
            for hash in (hashlib.md5, hashlib.sha1, hashlib.sha256):
                words.add(hash(text.encode()).hexdigest())

found = {}
for name in os.listdir(sys.argv[1]):
    with open(os.path.join(sys.argv[1], name), encoding="utf-8", errors="replace") as file:
        for line in file:
            fields = line.rstrip("\n").split(",")
            for text in fields + re.findall(r"[0-9A-Za-z]{5,}", line):
                if text in words or text.lower() in words and len(text) >= 32:
                    found[name] = found.get(name, 0) + 1
if found:
    sys.exit(f"identifiers in {found}")
