#define PCRE2_CODE_UNIT_WIDTH 8
#include "condition/sql_regex.h"
#include <pcre2.h>
#include <stdio.h>

void *ck_regex_compile(ck_span pattern, bool any_case, char *reason, size_t room) {
    int code;
    PCRE2_SIZE at;
    uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C | (any_case ? PCRE2_CASELESS : 0);
    pcre2_code *regex = pcre2_compile((PCRE2_SPTR)pattern.bytes, pattern.n, options, &code, &at, NULL);
    if (!regex) {
        PCRE2_UCHAR text[128];
        pcre2_get_error_message(code, text, sizeof text);
        snprintf(reason, room, "%s (after %zu bytes)", (const char *)text, (size_t)at);
    }
    return regex;
}

uint32_t ck_regex_groups(const void *regex) {
    uint32_t groups = 0;
    pcre2_pattern_info(regex, PCRE2_INFO_CAPTURECOUNT, &groups);
    return groups;
}

void ck_regex_free(void *regex) {
    pcre2_code_free(regex);
}

void ck_matcher_free(ck_matcher *matcher) {
    pcre2_match_data_free(matcher->data);
    *matcher = (ck_matcher){0};
}

ck_status ck_regex_match(ck_error *error, ck_matcher *matcher, void *regex, ck_span text, size_t from, bool *found, size_t *begin,
                         size_t *end) {
    if (matcher->regex != regex) {
        ck_matcher_free(matcher);
        matcher->data = pcre2_match_data_create_from_pattern(regex, NULL);
        matcher->regex = regex;
    }
    if (!matcher->data) {
        matcher->regex = NULL;
        return ck_fail(error, CK_MEMORY, "Memory ran out while a regular expression was matched.");
    }
    PCRE2_SPTR bytes = (PCRE2_SPTR)(text.bytes ? text.bytes : "");
    int code = pcre2_match(regex, bytes, text.n, from, PCRE2_NO_UTF_CHECK, matcher->data, NULL);
    *found = code > 0;
    if (code < 0 && code != PCRE2_ERROR_NOMATCH)
        return ck_fail(error, CK_DATA, "A regular expression needs too many steps for a value; write it without nested repeats.");
    if (*found) {
        const PCRE2_SIZE *place = pcre2_get_ovector_pointer(matcher->data);
        *begin = place[0];
        *end = place[1];
    }
    return CK_OK;
}

ck_span ck_regex_group(const ck_matcher *matcher, ck_span text, uint32_t group) {
    const PCRE2_SIZE *place = pcre2_get_ovector_pointer(matcher->data);
    if (group >= pcre2_get_ovector_count(matcher->data) || place[2 * group] == PCRE2_UNSET)
        return (ck_span){text.bytes, 0};
    return (ck_span){text.bytes + place[2 * group], place[2 * group + 1] - place[2 * group]};
}
