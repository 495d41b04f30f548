#include "synth/errors.h"
#include <stdio.h>
#include <string.h>

static char any_letter(ck_draw *draw) {
    return (char)('A' + ck_draw_below(draw, 26));
}

/* A key beside the letter's on a QWERTY keyboard; the character itself if it is no capital letter. */
static char neighbour(ck_draw *draw, char c) {
    static const char *const rows[] = {"QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"};
    bool right = ck_draw_chance(draw, 50000);
    for (int r = 0; r < 3; r++) {
        const char *at = c ? strchr(rows[r], c) : NULL;
        if (at)
            return (right && at[1]) || at == rows[r] ? at[1] : at[-1];
    }
    return c;
}

static void exchange(char *a, char *b) {
    char c = *a;
    *a = *b;
    *b = c;
}

void ck_err_typo(ck_draw *draw, char *text, size_t room) {
    size_t n = strlen(text);
    if (n < 2)
        return;
    size_t at = ck_draw_below(draw, n - 1);
    uint64_t kind = ck_draw_below(draw, n + 2 > room ? 3 : 4); /* the last needs room */
    if (kind == 0)
        exchange(&text[at], &text[at + 1]);
    else if (kind == 1)
        memmove(text + at, text + at + 1, n - at);
    else if (kind == 2)
        text[at] = ck_draw_chance(draw, 50000) ? neighbour(draw, text[at]) : any_letter(draw);
    else {
        memmove(text + at + 1, text + at, n - at + 1);
        text[at] = any_letter(draw);
    }
}

void ck_err_digits(ck_draw *draw, char *text) {
    size_t n = strlen(text);
    if (n < 2)
        return;
    size_t at = ck_draw_below(draw, n - 1);
    if (ck_draw_chance(draw, 40000))
        exchange(&text[at], &text[at + 1]);
    else
        text[at] = (char)('0' + ck_draw_below(draw, 10));
}

void ck_err_postcode(ck_draw *draw, char *postcode) {
    static const char letters[] = "ABDEFGHJLNPQRSTUWXYZ";
    size_t n = strlen(postcode);
    if (n < 2)
        return;
    postcode[n - 1 - ck_draw_below(draw, 2)] = letters[ck_draw_below(draw, sizeof letters - 1)];
}

void ck_err_day(ck_draw *draw, int *day) {
    int other = 1 + (int)ck_draw_below(draw, 27);
    *day = other + (other >= *day);
}

void ck_err_month(ck_draw *draw, int *month) {
    int other = 1 + (int)ck_draw_below(draw, 11);
    *month = other + (other >= *month);
}

void ck_err_year(ck_draw *draw, int *year) {
    static const int by[] = {-10, -1, 1, 10};
    *year += by[ck_draw_below(draw, 4)];
}

void ck_err_day_month(int *day, int *month) {
    if (*day > 12)
        return;
    int other = *day;
    *day = *month;
    *month = other;
}

void ck_err_print_date(int year, int month, int day, char out[11]) {
    static const int longest[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    int last = longest[month - 1] + (month == 2 && leap);
    char text[48];
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day < last ? day : last);
    memcpy(out, text, 10);
    out[10] = 0;
}
