/* Atoms of conditions from the words of a job file.
 *
 *      atom := [expression] test       test := exact | jaro_winkler t | within n days | ... (see atoms below)
 *      A test that has no expression before it may have one after its word.
 */
#include "condition/make_test.h"
#include "base/memory.h"
#include <stdio.h>
#include <string.h>

enum { EDITS_MAX = 100000, NAME_ROOM = 256 };
static const double DAYS_PER_MONTH = 365.25 / 12, DAYS_PER_YEAR = 365.25; /* as Splink's elapsed time */

typedef enum shape {
    SHAPE_EQUAL,      /* equality of the expression, after a call if `fn` is one */
    SHAPE_DIFFERS,    /* both are there and not equal */
    SHAPE_PREFIX,     /* the same with a number */
    SHAPE_PLAIN,      /* an operation without a number */
    SHAPE_SIMILARITY, /* in [0, 1] */
    SHAPE_EDITS,      /* a whole number */
    SHAPE_DIFFERENCE, /* a number >= 0 */
    SHAPE_PERCENT,    /* 0.1 or 10% */
    SHAPE_WITHIN,     /* number and unit */
    SHAPE_LITERAL,    /* quoted text */
    SHAPE_PARTS,      /* of a date: how many of three */
    SHAPE_LENGTH,     /* a number of characters */
    SHAPE_REVERSED,   /* two columns */
    SHAPE_HALF_REVERSED,
    SHAPE_DISTANCE,   /* two columns and a number */
    SHAPE_ELSE
} shape;

typedef struct atom_info {
    const char *word;
    shape shape;
    ck_op op;
    ck_measure measure;
    ck_fn fn;
    double value;   /* of SHAPE_PLAIN */
    uint32_t kinds; /* of values it reads; 0 = any */
    const char *reads;
} atom_info;

static const atom_info atoms[] = {
    {.word = "exact", .shape = SHAPE_EQUAL, .fn = CK_FN_COUNT},
    {.word = "differs", .shape = SHAPE_DIFFERS},
    {.word = "jaro_winkler", .shape = SHAPE_SIMILARITY, .op = CK_OP_MEASURE, .measure = CK_JARO_WINKLER},
    {.word = "jaro", .shape = SHAPE_SIMILARITY, .op = CK_OP_MEASURE, .measure = CK_JARO},
    {.word = "jaccard", .shape = SHAPE_SIMILARITY, .op = CK_OP_MEASURE, .measure = CK_JACCARD},
    {.word = "levenshtein", .shape = SHAPE_EDITS, .op = CK_OP_MEASURE, .measure = CK_LEVENSHTEIN},
    {.word = "damerau_levenshtein", .shape = SHAPE_EDITS, .op = CK_OP_MEASURE, .measure = CK_DAMERAU_LEVENSHTEIN},
    {.word = "dice", .shape = SHAPE_SIMILARITY, .op = CK_OP_MEASURE, .measure = CK_DICE, .kinds = 1u << CK_KIND_CLK,
     .reads = "Bloom filters (kind clk)"},
    {.word = "ratio", .shape = SHAPE_SIMILARITY, .op = CK_OP_MEASURE, .measure = CK_RATIO},
    {.word = "token_sort", .shape = SHAPE_SIMILARITY, .op = CK_OP_MEASURE, .measure = CK_TOKEN_SORT},
    {.word = "token_set", .shape = SHAPE_SIMILARITY, .op = CK_OP_MEASURE, .measure = CK_TOKEN_SET},
    {.word = "word_subset", .shape = SHAPE_PLAIN, .op = CK_OP_MEASURE, .measure = CK_TOKEN_SET, .value = 1.0},
    {.word = "prefix_of", .shape = SHAPE_PLAIN, .op = CK_OP_MEASURE, .measure = CK_PREFIX_OF, .value = 1.0},
    {.word = "length", .shape = SHAPE_LENGTH, .op = CK_OP_LENGTH},
    {.word = "within", .shape = SHAPE_WITHIN, .op = CK_OP_DAYS, .kinds = CK_KINDS_DATE, .reads = "dates"},
    {.word = "day_month_swapped", .shape = SHAPE_PLAIN, .op = CK_OP_DAY_MONTH_SWAPPED,
     .kinds = CK_KINDS_DATE, .reads = "dates"},
    {.word = "date_parts", .shape = SHAPE_PARTS, .kinds = CK_KINDS_DATE, .reads = "dates"},
    {.word = "difference", .shape = SHAPE_DIFFERENCE, .op = CK_OP_NUMBER_DIFFERENCE,
     .kinds = CK_KINDS_NUMBER, .reads = "numbers"},
    {.word = "percent", .shape = SHAPE_PERCENT, .op = CK_OP_NUMBER_PERCENT,
     .kinds = CK_KINDS_NUMBER, .reads = "numbers"},
    {.word = "relative", .shape = SHAPE_PERCENT, .op = CK_OP_NUMBER_RELATIVE,
     .kinds = CK_KINDS_NUMBER, .reads = "numbers"},
    {.word = "sector", .shape = SHAPE_EQUAL, .fn = CK_FN_SECTOR},
    {.word = "district", .shape = SHAPE_EQUAL, .fn = CK_FN_DISTRICT},
    {.word = "area", .shape = SHAPE_EQUAL, .fn = CK_FN_AREA},
    {.word = "prefix", .shape = SHAPE_PREFIX, .fn = CK_FN_PREFIX},
    {.word = "soundex", .shape = SHAPE_EQUAL, .fn = CK_FN_SOUNDEX},
    {.word = "user", .shape = SHAPE_EQUAL, .fn = CK_FN_USER},
    {.word = "reversed", .shape = SHAPE_REVERSED},
    {.word = "half_reversed", .shape = SHAPE_HALF_REVERSED},
    {.word = "distance_km", .shape = SHAPE_DISTANCE, .kinds = CK_KINDS_NUMBER, .reads = "numbers (degrees)"},
    {.word = "literal", .shape = SHAPE_LITERAL, .op = CK_OP_LITERAL_BOTH},
    {.word = "literal_l", .shape = SHAPE_LITERAL, .op = CK_OP_LITERAL_L},
    {.word = "literal_r", .shape = SHAPE_LITERAL, .op = CK_OP_LITERAL_R},
    {.word = "missing", .shape = SHAPE_PLAIN, .op = CK_OP_MISSING},
    {.word = "else", .shape = SHAPE_ELSE},
};
enum { ATOMS = sizeof atoms / sizeof *atoms };

static const atom_info *find_atom(const ck_token *word) {
    for (size_t i = 0; i < ATOMS; i++)
        if (ck_token_is(word, atoms[i].word))
            return &atoms[i];
    return NULL;
}

bool ck_is_joiner(const ck_token *word) {
    return ck_token_is(word, "and") || ck_token_is(word, "or") || ck_token_is(word, "not");
}

static bool is_column(const ck_parser *parser, const ck_token *word) {
    for (uint32_t i = 0; i < parser->schema->ncolumns; i++)
        if (word->kind == CK_TOKEN_NAME && ck_span_is(word->span, parser->schema->name[i]))
            return true;
    return false;
}

/* A name that is neither atom nor column, nor (after a complete test) and/or: the nearest of what could stand here.
 */
static ck_status fail_word(ck_parser *parser, const ck_token *word, const char *what, bool with_joiners,
                           bool with_atoms) {
    enum { JOINERS = 3 };
    static const char *const joiners[JOINERS] = {"and", "or", "not"};
    uint32_t ncolumns = parser->schema->ncolumns, n = 0;
    const char **known = ck_alloc(parser->error, ATOMS + JOINERS + ncolumns, sizeof *known);
    if (!known)
        return parser->error->status;
    for (size_t i = 0; i < ATOMS && with_atoms; i++)
        known[n++] = atoms[i].word;
    for (size_t i = 0; i < JOINERS && with_joiners; i++)
        known[n++] = joiners[i];
    for (uint32_t i = 0; i < ncolumns; i++)
        known[n++] = parser->schema->name[i];
    ck_status status = ck_fail_unknown(parser, word, what, known, n);
    ck_free(known);
    return status;
}

/* ---- numbers ---- */

static ck_status read_number(ck_parser *parser, const char *what, double most, const char *range, double *value) {
    const ck_token *word = &parser->reader.word;
    char shown[NAME_ROOM];
    if (word->kind != CK_TOKEN_NUMBER || !(word->number >= 0 && word->number <= most))
        return ck_token_fail(parser->error, &parser->reader, word->at, "'%s' needs a number %s, not %s.", what, range,
                             ck_token_show(word, shown, sizeof shown));
    *value = word->number;
    return ck_token_advance(parser->error, &parser->reader);
}

static ck_status read_within(ck_parser *parser, const atom_info *atom, double *days) {
    if (read_number(parser, atom->word, 1e9, ">= 0 and a unit, as in 'within 1 month'", days) != CK_OK)
        return parser->error->status;
    const ck_token *unit = &parser->reader.word;
    char shown[NAME_ROOM];
    if (ck_token_is(unit, "month") || ck_token_is(unit, "months"))
        *days *= DAYS_PER_MONTH;
    else if (ck_token_is(unit, "year") || ck_token_is(unit, "years"))
        *days *= DAYS_PER_YEAR;
    else if (!ck_token_is(unit, "day") && !ck_token_is(unit, "days"))
        return ck_token_fail(parser->error, &parser->reader, unit->at,
                             "the unit must be days, months or years, not %s.",
                             ck_token_show(unit, shown, sizeof shown));
    return ck_token_advance(parser->error, &parser->reader);
}

static ck_status read_literal(ck_parser *parser, const atom_info *atom, ck_condition *condition) {
    const ck_token *word = &parser->reader.word;
    char shown[NAME_ROOM];
    if (word->kind != CK_TOKEN_QUOTED)
        return ck_token_fail(parser->error, &parser->reader, word->at, "'%s' needs its text in quotes, not %s.",
                             atom->word, ck_token_show(word, shown, sizeof shown));
    if (!(condition->text = ck_token_unquote(parser->error, word)))
        return parser->error->status;
    return ck_token_advance(parser->error, &parser->reader);
}

static ck_status read_value(ck_parser *parser, const atom_info *atom, ck_condition *condition) {
    int32_t whole = 0;
    ck_status status = CK_OK;
    switch (atom->shape) {
    case SHAPE_SIMILARITY: return read_number(parser, atom->word, 1.0, "from 0 to 1", &condition->value);
    case SHAPE_PERCENT:
        return read_number(parser, atom->word, 1.0, "from 0 to 1 (0.1), or from 0% to 100% (10%)", &condition->value);
    case SHAPE_DIFFERENCE: return read_number(parser, atom->word, 1e300, ">= 0", &condition->value);
    case SHAPE_PLAIN: condition->value = atom->value; return CK_OK;
    case SHAPE_LENGTH:
    case SHAPE_EDITS:
        status = ck_read_whole(parser, atom->word, atom->shape == SHAPE_LENGTH, EDITS_MAX, &whole);
        condition->value = whole;
        return status;
    case SHAPE_WITHIN: return read_within(parser, atom, &condition->value);
    case SHAPE_LITERAL: return read_literal(parser, atom, condition);
    default: return CK_OK;
    }
}

/* ---- atoms ---- */

static ck_status make_all_equal(ck_parser *parser, ck_condition *out) {
    ck_expr first = ck_expr_column(parser->defaults[0]), second = ck_expr_column(parser->defaults[1]);
    return ck_make_both_equal(parser, (const ck_expr[2][2]){{first, first}, {second, second}}, out);
}

static ck_status check_single(ck_parser *parser, const ck_expr *expr, size_t at) {
    if (!ck_expr_is_multi(expr))
        return CK_OK;
    return ck_token_fail(parser->error, &parser->reader, at,
                         "this expression has several values a record; only keys of blocking rules can use it.");
}

static bool is_end_of_atom(const ck_token_reader *reader) {
    return reader->word.kind == CK_TOKEN_END || ck_token_at_sign(reader, ')') || ck_is_joiner(&reader->word);
}

/* Does an expression stand here, after an atom's word? Before a literal's text, only a quoted text with another after
   it is a column. */
static ck_status operand_follows(ck_parser *parser, const atom_info *atom, bool *follows) {
    const ck_token *word = &parser->reader.word;
    *follows = false;
    if (word->kind == CK_TOKEN_QUOTED && atom->shape == SHAPE_LITERAL) {
        ck_token next;
        if (ck_token_peek(parser->error, &parser->reader, &next) != CK_OK)
            return parser->error->status;
        *follows = next.kind == CK_TOKEN_QUOTED || (next.kind == CK_TOKEN_SIGN && next.span.bytes[0] == '.');
    } else if (word->kind == CK_TOKEN_NAME || word->kind == CK_TOKEN_QUOTED ||
               ck_token_at_sign(&parser->reader, '.')) {
        bool unquoted = atom->shape == SHAPE_LITERAL && word->kind == CK_TOKEN_NAME && !is_column(parser, word);
        *follows = !ck_is_joiner(word) && !unquoted;
    }
    return CK_OK;
}

static ck_status read_operand(ck_parser *parser, ck_expr *expr) {
    ck_token word = parser->reader.word, next = {0};
    if (ck_token_peek(parser->error, &parser->reader, &next) != CK_OK)
        return parser->error->status;
    bool dotted = next.kind == CK_TOKEN_SIGN && next.span.bytes[0] == '.';
    if (word.kind == CK_TOKEN_NAME && !dotted && !is_column(parser, &word))
        return fail_word(parser, &word, "column", true, false);
    if (ck_read_expr(parser, expr) != CK_OK)
        return parser->error->status;
    return check_single(parser, expr, word.at);
}

/* Two columns after the word (a comma between them or not), or those of the comparison; freed by the caller. */
static ck_status read_both(ck_parser *parser, const atom_info *atom, const ck_token *word, ck_expr both[2]) {
    if (is_end_of_atom(&parser->reader) || parser->reader.word.kind == CK_TOKEN_NUMBER) {
        bool places = atom->shape == SHAPE_DISTANCE;
        if (parser->ndefaults != 2)
            return ck_token_fail(parser->error, &parser->reader, word->at, "'%s' needs two columns, as in '%s %s'.",
                                 atom->word, atom->word, places ? "latitude longitude 5" : "forename surname");
        both[0] = ck_expr_column(parser->defaults[0]);
        both[1] = ck_expr_column(parser->defaults[1]);
        return CK_OK;
    }
    if (read_operand(parser, &both[0]) != CK_OK)
        return parser->error->status;
    if (ck_token_at_sign(&parser->reader, ',') && ck_token_advance(parser->error, &parser->reader) != CK_OK)
        return parser->error->status;
    return read_operand(parser, &both[1]);
}

/* The test of two columns, whose word has been read. */
static ck_status read_test_of_both(ck_parser *parser, const atom_info *atom, const ck_token *word, ck_condition *out) {
    ck_expr both[2] = {{0}, {0}};
    ck_status status = read_both(parser, atom, word, both);
    for (int i = 0; i < 2 && status == CK_OK && atom->kinds; i++)
        status = ck_check_kind(parser, &both[i], atom->kinds, atom->word, atom->reads, word->at);
    if (status == CK_OK && atom->shape == SHAPE_REVERSED)
        status = ck_make_reversed(parser, &both[0], &both[1], out);
    else if (status == CK_OK && atom->shape == SHAPE_HALF_REVERSED)
        status = ck_make_half_reversed(parser, &both[0], &both[1], out);
    else if (status == CK_OK && ck_make_distance(parser, &both[0], &both[1], out) == CK_OK)
        status = read_number(parser, atom->word, 1e6, "of kilometres >= 0", &out->value);
    ck_expr_free(&both[1]);
    ck_expr_free(&both[0]);
    return parser->error->status;
}

static bool takes_both(const atom_info *atom) {
    return atom->shape == SHAPE_REVERSED || atom->shape == SHAPE_HALF_REVERSED || atom->shape == SHAPE_DISTANCE;
}

/* The test of one expression, whose word has been read; `expr` belongs to the caller. */
static ck_status read_test(ck_parser *parser, const atom_info *atom, const ck_token *word, ck_expr *expr,
                           ck_condition *out) {
    if (atom->kinds && ck_check_kind(parser, expr, atom->kinds, atom->word, atom->reads, word->at) != CK_OK)
        return parser->error->status;
    int32_t length = 0;
    if (atom->shape == SHAPE_PARTS && ck_read_whole(parser, atom->word, 1, 3, &length) != CK_OK)
        return parser->error->status;
    if (atom->shape == SHAPE_DIFFERS)
        return ck_make_differs(parser, expr, out);
    if (atom->shape == SHAPE_PARTS)
        return ck_make_date_parts(parser, expr, (uint32_t)length, word->at, out);
    if (atom->op == CK_OP_DAY_MONTH_SWAPPED && ck_expr_kind(parser->schema, expr) == CK_KIND_BIRTH_DATE)
        return ck_make_parts_swapped(parser, expr, word->at, out);
    if (atom->shape == SHAPE_PREFIX && ck_read_whole(parser, atom->word, 1, EDITS_MAX, &length) != CK_OK)
        return parser->error->status;
    bool calls = atom->shape == SHAPE_PREFIX || (atom->shape == SHAPE_EQUAL && atom->fn != CK_FN_COUNT);
    if (calls && ck_add_call(parser, expr, atom->fn, word->at) != CK_OK)
        return parser->error->status;
    if (atom->shape == SHAPE_PREFIX)
        expr->call[expr->ncalls - 1].arg[0] = length;
    if (read_value(parser, atom, out) != CK_OK || ck_make_equal(parser, expr, expr, out) != CK_OK)
        return parser->error->status;
    out->op = atom->shape == SHAPE_EQUAL || atom->shape == SHAPE_PREFIX ? CK_OP_EQUAL : atom->op;
    out->measure = atom->measure;
    bool parses = (atom->op == CK_OP_DAYS || atom->op == CK_OP_DAY_MONTH_SWAPPED) && parser->format &&
                  !ck_kind_is_date(ck_expr_kind(parser->schema, expr));
    if (parses && !(out->text = ck_copy_string(parser->error, parser->format)))
        return parser->error->status;
    return CK_OK;
}

/* `user jaro_winkler 0.88`: the word of a call, with a test of what it makes after it. */
static bool is_call_before_test(const ck_parser *parser, const atom_info *atom) {
    const atom_info *next = find_atom(&parser->reader.word);
    return atom->shape == SHAPE_EQUAL && atom->fn != CK_FN_COUNT && next &&
           (next->shape == SHAPE_SIMILARITY || next->shape == SHAPE_EDITS);
}

/* The test whose word is the current one. `given`: its expression stood before it and is in `expr`. */
static ck_status read_test_words(ck_parser *parser, bool given, ck_expr *expr, ck_condition *out) {
    ck_token word = parser->reader.word;
    const atom_info *atom = find_atom(&word);
    if (ck_token_advance(parser->error, &parser->reader) != CK_OK)
        return parser->error->status;
    if (given && (takes_both(atom) || atom->shape == SHAPE_ELSE))
        return ck_token_fail(parser->error, &parser->reader, word.at, "'%s' takes no column before it.", atom->word);
    if (atom->shape == SHAPE_ELSE) {
        out->op = CK_OP_ALWAYS;
        return CK_OK;
    }
    if (takes_both(atom))
        return read_test_of_both(parser, atom, &word, out);
    bool follows = false;
    if (!given && !is_call_before_test(parser, atom) && operand_follows(parser, atom, &follows) != CK_OK)
        return parser->error->status;
    if (follows && read_operand(parser, expr) != CK_OK)
        return parser->error->status;
    bool is_exact = atom->shape == SHAPE_EQUAL && atom->fn == CK_FN_COUNT;
    if (!given && !follows && is_exact && parser->ndefaults == 2)
        return make_all_equal(parser, out);
    if (!given && !follows && ck_default_column(parser, &word, expr) != CK_OK)
        return parser->error->status;
    if (is_call_before_test(parser, atom)) {
        if (ck_add_call(parser, expr, atom->fn, word.at) != CK_OK)
            return parser->error->status;
        return read_test_words(parser, true, expr, out);
    }
    return read_test(parser, atom, &word, expr, out);
}

/* Is the current word the name of a test, rather than of a column that is called the same? */
static ck_status starts_test(ck_parser *parser, bool *starts) {
    const ck_token *word = &parser->reader.word;
    ck_token next;
    *starts = false;
    if (!find_atom(word))
        return CK_OK;
    if (ck_token_peek(parser->error, &parser->reader, &next) != CK_OK)
        return parser->error->status;
    bool dotted = next.kind == CK_TOKEN_SIGN && next.span.bytes[0] == '.' && is_column(parser, word);
    *starts = !dotted && !(is_column(parser, word) && find_atom(&next));
    return CK_OK;
}

ck_status ck_fail_unjoined(ck_parser *parser) {
    return fail_word(parser, &parser->reader.word, "word to join conditions ('and', 'or')", true, false);
}

static ck_status read_expr_and_test(ck_parser *parser, ck_expr *expr, ck_condition *out) {
    ck_token word = parser->reader.word, next;
    bool starts, known;
    char shown[NAME_ROOM];
    if (starts_test(parser, &starts) != CK_OK)
        return parser->error->status;
    if (starts)
        return read_test_words(parser, false, expr, out);
    if (ck_token_peek(parser->error, &parser->reader, &next) != CK_OK)
        return parser->error->status;
    known = word.kind != CK_TOKEN_NAME || is_column(parser, &word) || ck_is_joiner(&word);
    if (!known)
        return fail_word(parser, &word, "condition or column", false, true);
    if (ck_is_joiner(&word) ||
        (word.kind != CK_TOKEN_NAME && word.kind != CK_TOKEN_QUOTED && !ck_token_at_sign(&parser->reader, '.')))
        return ck_token_fail(parser->error, &parser->reader, word.at, "a condition must stand here, not %s.",
                             ck_token_show(&word, shown, sizeof shown));
    if (ck_read_expr(parser, expr) != CK_OK || check_single(parser, expr, word.at) != CK_OK)
        return parser->error->status;
    word = parser->reader.word;
    if (find_atom(&word))
        return read_test_words(parser, true, expr, out);
    if (word.kind == CK_TOKEN_NAME && !ck_is_joiner(&word))
        return fail_word(parser, &word, "condition", false, true);
    return ck_token_fail(parser->error, &parser->reader, word.at,
                         "a test such as 'exact' must follow the column, not %s.",
                         ck_token_show(&word, shown, sizeof shown));
}

ck_status ck_read_atom(ck_parser *parser, ck_condition *out) {
    ck_expr expr = {0};
    ck_status status = read_expr_and_test(parser, &expr, out);
    ck_expr_free(&expr);
    return status;
}
