/* Names of months in the languages that extracts come in. */
#include "clean/kinds.h"
#include <string.h>

/* English first, as Splink's date formats know no other. Small letters; letters beyond ASCII as UTF-8. Polish in both cases of the
   noun. Names of one month only: Croatian listopad is October, Polish listopad November, so that only the Polish is here. */
static const char *const names[12] = {
    "january januar j\303\244nner janvier enero gennaio janeiro januari stycze\305\204 stycznia ionawr",
    "february februar februari f\303\251vrier fevrier febrero febbraio fevereiro luty lutego chwefror",
    "march m\303\244rz maerz mars marzo mar\303\247o maart marzec marca mawrth",
    "april avril abril aprile kwiecie\305\204 kwietnia ebrill",
    "may mai mayo maggio maio mei maj maja",
    "june juni juin junio giugno junho czerwiec czerwca mehefin",
    "july juli juillet julio luglio julho lipiec lipca gorffennaf",
    "august ao\303\273t aout agosto augustus augusti sierpie\305\204 sierpnia awst",
    "september septembre septiembre settembre setembro wrzesie\305\204 wrze\305\233nia medi",
    "october oktober octobre octubre ottobre outubro pa\305\272dziernik pa\305\272dziernika hydref",
    "november novembre noviembre novembro listopad listopada tachwedd",
    "december dezember d\303\251cembre decembre diciembre dicembre dezembro desember grudzie\305\204 grudnia rhagfyr",
};
/* Three letters, where they are the beginning of no English month's name. */
static const char *const short_names[12] = {
    "jan ene gen sty ion", "feb fev lut chw", "mar mrz mrt", "apr abr avr kwi ebr", "may mai mag mei maj", "jun giu cze meh", "jul lug lip gor",
    "aug ago sie aws", "sep set wrz med", "oct okt ott out hyd", "nov lis tac", "dec dez dic gru rha",
};

static unsigned char to_small(unsigned char before, unsigned char c) {
    if (c >= 'A' && c <= 'Z')
        return (unsigned char)(c - 'A' + 'a');
    if (before == 0xC3 && c >= 0x80 && c <= 0x9E)
        return (unsigned char)(c + 0x20);
    /* capitals of the Latin letters with a stroke or an accent above stand one before the small ones */
    return c == 0x9A && before == 0xC5 ? 0x9B : c == 0xB9 && before == 0xC5 ? 0xBA : c == 0x83 && before == 0xC5 ? 0x84 : c;
}

static bool starts_with(ck_span text, const char *word, size_t n) {
    if (text.n < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (to_small(i ? (unsigned char)text.bytes[i - 1] : 0, (unsigned char)text.bytes[i]) != (unsigned char)word[i])
            return false;
    return true;
}

/* Bytes of the longest of the words that the text begins with. `first`: of the first word only. */
static size_t longest_of(ck_span text, const char *words, bool first) {
    size_t longest = 0;
    while (*words) {
        size_t n = strcspn(words, " ");
        if (n > longest && starts_with(text, words, n))
            longest = n;
        words += n + (words[n] == ' ');
        if (first)
            break;
    }
    return longest;
}

size_t ck_month_name(ck_span text, bool whole, bool english, int *month) {
    size_t longest = 0;
    for (int m = 0; m < 12; m++) {
        size_t n = longest_of(text, (whole ? names : short_names)[m], english);
        if (n > longest) {
            longest = n;
            *month = m + 1;
        }
    }
    return longest;
}
