/* Sex: M or F. The codes of the person gender, stated gender and gender identity lists that say neither are
   placeholders, never a disagreement. */
#include "clean/kinds.h"
#include <string.h>

/* Whole words of other languages too, and the letters of them that mean one sex wherever they stand: H of homme and hombre, W of
   weiblich, K of kobieta and kvinna. (M is mujer beside H: init reads such a column as a category.) Capitals, but for letters
   beyond ASCII, which stand in both cases. */
static const char *const male_words[] = {
    "M", "1", "H", "MALE", "MAN", "M\303\204NNLICH", "M\303\244NNLICH", "MAENNLICH", "MANN", "HERR", "HOMME", "MASCULIN", "HOMBRE", "VARON", "VAR\303\223N",
    "VAR\303\263N", "MASCULINO", "MASCHIO", "MASCHILE", "UOMO", "HOMEM", "MANNELIJK", "M\304\230\305\273CZYZNA", "M\304\231\305\274CZYZNA", "MEZCZYZNA",
    "MAND", "MIES", "GWRYW", NULL};
static const char *const female_words[] = {
    "F", "2", "W", "K", "FEMALE", "WOMAN", "WEIBLICH", "FRAU", "FEMME", "F\303\211MININ", "F\303\251MININ", "FEMININ", "MUJER", "FEMENINO", "FEMMINA",
    "FEMMINILE", "DONNA", "FEMININO", "MULHER", "VROUW", "VROUWELIJK", "KOBIETA", "KVINNA", "KVINDE", "KVINNE", "NAINEN", "BENYW", NULL};
static const char *const unstated_words[] = {"0", "9", "X", "Z", "U", "I", "3", "4", "UNKNOWN", "NOT KNOWN", "NOT SPECIFIED",
                                             "NOT STATED", "UNSPECIFIED", "INDETERMINATE", "OTHER", "D", "DIVERS", "INCONNU", "DESCONOCIDO", "UNBEKANNT", "ONBEKEND", NULL};

/* ASCII letters of either case are equal, whatever the locale. */
static bool is_word(ck_span value, const char *word) {
    if (value.n != strlen(word))
        return false;
    for (size_t i = 0; i < value.n; i++)
        if (ck_to_upper(value.bytes[i]) != word[i])
            return false;
    return true;
}

static bool is_one_of(ck_span value, const char *const *words) {
    for (; *words; words++)
        if (is_word(value, *words))
            return true;
    return false;
}

ck_clean_result ck_clean_sex(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    (void)options;
    bool male = is_one_of(value, male_words);
    if (!male && !is_one_of(value, female_words))
        return is_one_of(value, unstated_words) ? CK_CLEAN_PLACEHOLDER : CK_CLEAN_INVALID;
    out[0] = male ? 'M' : 'F';
    *out_n = 1;
    return CK_CLEAN_SAME;
}
