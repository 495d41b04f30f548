"""The words of a Carrick job (docs/conditions.md) as Splink's SQL for DuckDB, so that both engines get the same rules and levels.

Covers what the jobs of bench/ use; anything else is refused with a sentence. Values are compared as they stand: the input must be clean.
"""
import re

TOKEN = re.compile(r"""\s*([()] | "[^"]*" | '[^']*' | [A-Za-z_]\w*(?:\.\w+(?:\([^)]*\))?)* | -?\d+(?:\.\d+)?%?)""", re.X)
UNITS = {"day": 86400.0, "month": 86400 * 365.25 / 12, "year": 86400 * 365.25}
PLACE = {"sector": "^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9]", "district": "^[A-Za-z]{1,2}[0-9][A-Za-z0-9]?", "area": "^[A-Za-z]{1,2}"}
SIMILARITY = {"jaro_winkler": "jaro_winkler_similarity", "jaro": "jaro_similarity", "jaccard": "jaccard"}
DISTANCE = {"levenshtein": "levenshtein", "damerau_levenshtein": "damerau_levenshtein"}
WORDS = {*SIMILARITY, *DISTANCE, *PLACE, "exact", "within", "prefix", "user", "reversed", "missing", "else"}


class Refused(Exception):
    """What Splink is not told here."""


def of_level(column, side):
    """A column as comparison levels name it."""
    return f'"{column}_{side}"'


def of_rule(column, side):
    """A column as blocking rules name it."""
    return f'{side}."{column}"'


def expression(text, side, name=of_level, date_format="%Y-%m-%d"):
    """A column expression of one side."""
    column, *calls = re.findall(r"\w+(?:\([^)]*\))?", text)
    sql = name(column, side)
    for call in calls:
        word, _, rest = call.partition("(")
        args = [x.strip() for x in rest.rstrip(")").split(",") if x.strip()]
        if word == "substr":
            sql = f"nullif(substr({sql}, {args[0]}, {args[1]}), '')"
        elif word in ("prefix", "initial"):
            sql = f"nullif(substr({sql}, 1, {args[0] if args else 1}), '')"
        elif word in ("lower", "upper"):
            sql = f"{word}({sql})"
        elif word == "date":
            sql = f"try_strptime({sql}, '{date_format}')"
        elif word in ("year", "month", "day"):
            sql = f"{word}(try_strptime({sql}, '{date_format}'))"
        elif word in PLACE:
            sql = f"nullif(regexp_extract({sql}, '{PLACE[word]}', 0), '')"
        elif word == "user":
            sql = f"nullif(regexp_extract({sql}, '^[^@]+', 0), '')"
        else:
            raise Refused(f"'.{word}' has no counterpart in Splink here")
    return sql


class Condition:
    """One condition, read by recursive descent; `on` are the comparison's columns."""

    def __init__(self, text, on=(), name=of_level, date_format="%Y-%m-%d"):
        self.text, self.on, self.name, self.format = text, list(on), name, date_format
        self.tokens = TOKEN.findall(text)
        if "".join(self.tokens) != re.sub(r"\s+", "", text) and " " not in "".join(self.tokens):
            raise Refused(f"'{text}' is not understood")

    def sql(self):
        sql = self.alternatives()
        if self.tokens:
            raise Refused(f"'{self.text}' is not understood at '{self.tokens[0]}'")
        return sql

    def next_is(self, word):
        if self.tokens and self.tokens[0].lower() == word:
            return self.tokens.pop(0)
        return None

    def joined(self, part, word):
        parts = [part()]
        while self.next_is(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else f" {word.upper()} ".join(f"({p})" for p in parts)

    def alternatives(self):
        return self.joined(self.conjunction, "or")

    def conjunction(self):
        return self.joined(self.negation, "and")

    def negation(self):
        if self.next_is("not"):
            return f"NOT ({self.negation()})"
        if self.next_is("("):
            sql = self.alternatives()
            self.next_is(")")
            return sql
        return self.atom()

    def is_expression(self):
        return bool(self.tokens) and re.match(r"[A-Za-z_]", self.tokens[0]) and self.tokens[0] not in WORDS | {"and", "or", "not"}

    def atom(self):
        named = [self.tokens.pop(0)] if self.is_expression() else []
        word = self.tokens.pop(0) if self.tokens else ""
        if word not in WORDS:
            raise Refused(f"'{word or self.text}' has no counterpart in Splink here")
        while self.is_expression():
            named.append(self.tokens.pop(0))
        columns = named or self.on
        if word == "else":
            return "ELSE"
        if word == "reversed":
            (a, b), x = columns, self.of
            return f"{x(a, 'l')} = {x(b, 'r')} AND {x(a, 'r')} = {x(b, 'l')}"
        if word == "exact":
            return " AND ".join(f"{self.of(c, 'l')} = {self.of(c, 'r')}" for c in columns)
        if word in PLACE or word == "user":
            columns = [f"{columns[0]}.{word}"]
        left, right = self.of(columns[0], "l"), self.of(columns[0], "r")
        return self.test(word, left, right)

    def of(self, text, side):
        return expression(text, side, self.name, self.format)

    def test(self, word, left, right):
        if word == "missing":
            return f"{left} IS NULL OR {right} IS NULL"
        if word in SIMILARITY:
            return f"{SIMILARITY[word]}({left}, {right}) >= {self.number()}"
        if word in DISTANCE:
            return f"{DISTANCE[word]}({left}, {right}) <= {self.number()}"
        if word == "within":
            count, unit = float(self.number()), self.tokens.pop(0).rstrip("s")
            date = "EPOCH(try_strptime({}, '%s'))" % self.format
            return f"ABS({date.format(left)} - {date.format(right)}) <= {count * UNITS[unit]}"
        if word == "prefix":
            n = self.number()
            return f"substr({left}, 1, {n}) = substr({right}, 1, {n})"
        if word == "user" or word in PLACE:
            if self.tokens and self.tokens[0] in WORDS:
                return self.test(self.tokens.pop(0), left, right)
            return f"{left} = {right}"
        raise Refused(f"'{word}' has no counterpart in Splink here")

    def number(self):
        token = self.tokens.pop(0)
        return str(float(token[:-1]) / 100) if token.endswith("%") else token


def rule(keys):
    """A blocking rule of single-valued keys."""
    if isinstance(keys, dict):
        if int(keys.get("max_block", 0)):
            raise Refused("Splink has no 'max_block'")
        where = [Condition(keys["where"], name=of_rule).sql()] if keys.get("where") else []
        keys = keys["keys"]
    else:
        where, keys = [], [keys] if isinstance(keys, str) else keys
    parts = []
    for key in keys:
        left, _, right = key.partition(" = ")
        parts.append(f"{expression(left, 'l', of_rule)} = {expression(right or left, 'r', of_rule)}")
    return " AND ".join(f"({p})" for p in parts + where)


def comparison(resolved):
    """A comparison of job.resolved.yaml as Splink's settings hold it."""
    on, date_format = resolved["on"], resolved.get("format", "%Y-%m-%d")
    levels = []
    if resolved.get("null", "none") != "none":
        levels.append({"sql_condition": Condition(resolved["null"], on, date_format=date_format).sql(), "is_null_level": True,
                       "label_for_charts": "null"})
    for level in resolved["levels"]:
        made = {"sql_condition": Condition(level["when"], on, date_format=date_format).sql(), "label_for_charts": level["label"]}
        if level.get("term_frequency"):
            made["tf_adjustment_column"] = level["term_frequency"]["column"]
            made["tf_adjustment_weight"] = float(level["term_frequency"]["weight"])
            if float(level["term_frequency"]["minimum_u"]) > 0:
                made["tf_minimum_u_value"] = float(level["term_frequency"]["minimum_u"])
        levels.append(made)
    return {"output_column_name": resolved["name"], "comparison_levels": levels}
