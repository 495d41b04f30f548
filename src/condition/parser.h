/** What the parsers of expressions and of conditions share. Local. */
#ifndef CK_CONDITION_PARSER_H
#define CK_CONDITION_PARSER_H
#include "condition/calls.h"
#include "condition/tokens.h"

typedef struct ck_parser {
    ck_error *error;
    const ck_schema *schema;
    const uint32_t *defaults; /**< columns of the comparison */
    uint32_t ndefaults;
    const char *format; /**< of dates in text, or NULL */
    uint32_t depth;     /**< of parentheses and nots */
    ck_token_reader reader;
} ck_parser;

/** Read an expression from the current word on; what is left in `expr` may be freed whatever the status. */
ck_status ck_read_expr(ck_parser *parser, ck_expr *expr);
/** Add a call; `at` is where it stands. Takes no arguments from the text. */
ck_status ck_add_call(ck_parser *parser, ck_expr *expr, ck_fn fn, size_t at);
/** The comparison's only column; `at` and `word` say what needs it. */
ck_status ck_default_column(ck_parser *parser, const ck_token *word, ck_expr *expr);

/** A whole number in [least, most] as the current word, which `what` needs. */
ck_status ck_read_whole(ck_parser *parser, const char *what, int32_t least, int32_t most, int32_t *number);

/** The kind of the values that an expression makes. */
ck_kind ck_expr_kind(const ck_schema *schema, const ck_expr *expr);
/** "column 'dob' is of kind name" style check: does the expression give values of these kinds? `what` is the word at
 * `at`, `reads` what it wants ("a date"). */
ck_status ck_check_kind(ck_parser *parser, const ck_expr *expr, uint32_t kinds, const char *what, const char *reads,
                        size_t at);

/** Read an atom of a condition; `out` is zeroed before and may be freed whatever the status. */
ck_status ck_read_atom(ck_parser *parser, ck_condition *out);
/** Is it and, or, not? */
bool ck_is_joiner(const ck_token *word);
/** Fail at a name that stands where `and` or `or` should. */
ck_status ck_fail_unjoined(ck_parser *parser);

/** Fail at a word that is not known: "no <what> is called 'word'; did you mean 'near'?" */
ck_status ck_fail_unknown(ck_parser *parser, const ck_token *word, const char *what, const char *const *known,
                          size_t n);
/** CK_USAGE unless the text is at its end. */
ck_status ck_expect_end(ck_parser *parser);
/** The current word for messages: its bytes, or "the end". */
const char *ck_token_show(const ck_token *word, char *buffer, size_t room);

#endif
