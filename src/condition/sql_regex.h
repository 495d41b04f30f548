/** Regular expressions of SQL functions, by PCRE2: UTF-8, `$` at the very end only, as RE2 has it in DuckDB. A compiled pattern
 *  may be used by several threads; each has its own matcher. */
#ifndef CK_CONDITION_SQL_REGEX_H
#define CK_CONDITION_SQL_REGEX_H
#include "base/text.h"
#include <carrick/status.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct ck_matcher {
    void *data;  /**< of one pattern after another */
    void *regex; /**< that `data` is for */
} ck_matcher;

/** Compile; NULL with the reason in `reason`. */
void *ck_regex_compile(ck_span pattern, bool any_case, char *reason, size_t room);
uint32_t ck_regex_groups(const void *regex);
void ck_regex_free(void *regex);

/** Where the pattern first matches at or after `from`: *found, and group `group` as a span of `text`, empty when it took no
 *  part; *begin and *end of the whole match. @return CK_MEMORY, or CK_DATA when the pattern needs too many steps */
ck_status ck_regex_match(ck_error *error, ck_matcher *matcher, void *regex, ck_span text, size_t from, bool *found, size_t *begin,
                         size_t *end);
/** A group of the last match. */
ck_span ck_regex_group(const ck_matcher *matcher, ck_span text, uint32_t group);
void ck_matcher_free(ck_matcher *matcher);

#endif
