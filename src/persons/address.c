#include "persons/home.h"
#include <string.h>

enum { WORDS = 32, WORD = 40 };

/* An address taken apart: words in upper case, street words in their short form. */
typedef struct address {
    char word[WORDS][WORD];
    uint32_t n;
} address;

static const char *const short_forms[][2] = {
    {"STREET", "ST"},   {"ROAD", "RD"},     {"AVENUE", "AV"},  {"AVE", "AV"},      {"LANE", "LN"},    {"LA", "LN"},       {"CLOSE", "CL"},   {"COURT", "CT"},
    {"DRIVE", "DR"},    {"GARDENS", "GDNS"}, {"GDN", "GDNS"},  {"PLACE", "PL"},    {"SQUARE", "SQ"},  {"TERRACE", "TERR"}, {"TER", "TERR"},  {"CRESCENT", "CRES"},
    {"GROVE", "GR"},    {"HOUSE", "HSE"},   {"BUILDINGS", "BLDGS"}, {"BUILDING", "BLDGS"}, {"MANSIONS", "MANS"}, {"SAINT", "ST"}, {"MOUNT", "MT"}, {"NORTH", "N"},
    {"SOUTH", "S"},     {"EAST", "E"},      {"WEST", "W"},
};
static const char *const unit_words[] = {"FLAT", "FLT", "APARTMENT", "APT", "UNIT", "ROOM", "RM", "STUDIO", "MAISONETTE", NULL};
static const char *const empty_words[] = {"NO", "NUMBER", "THE", "AT", NULL};
static const char *const street_words[] = {"ST", "RD", "AV", "LN", "CL", "CT", "DR", "GDNS", "PL", "SQ", "TERR", "CRES", "GR", "HILL", "WAY", "WALK", "MEWS", "ROW", "YARD", NULL};
static const char *const communal_phrases[][3] = {
    {"CARE", "HOME"},      {"NURSING", "HOME"}, {"RESIDENTIAL", "HOME"}, {"REST", "HOME"},   {"HALL", "OF", "RESIDENCE"}, {"HALLS", "OF", "RESIDENCE"}, {"STUDENT", "ACCOMMODATION"},
    {"STUDENT", "VILLAGE"}, {"HOSTEL"},         {"HOSPITAL"},            {"HOSPICE"},        {"PRISON"},                  {"HMP"},                      {"BARRACKS"},
    {"CONVENT"},           {"MONASTERY"},       {"REFUGE"},
};
enum { SHORT_FORMS = sizeof short_forms / sizeof *short_forms, PHRASES = sizeof communal_phrases / sizeof *communal_phrases };

static bool is_among(const char *word, const char *const *words) {
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

/** 12, 12A, B4; not 2ND, which is a floor's. */
static bool is_number(const char *word) {
    size_t n = strlen(word);
    bool ordinal = n > 2 && (strcmp(word + n - 2, "ST") == 0 || strcmp(word + n - 2, "ND") == 0 || strcmp(word + n - 2, "RD") == 0 || strcmp(word + n - 2, "TH") == 0);
    return word[strcspn(word, "0123456789")] != 0 && !ordinal;
}

static void shorten(char *word) {
    for (int i = 0; i < SHORT_FORMS; i++)
        if (strcmp(word, short_forms[i][0]) == 0) {
            strcpy(word, short_forms[i][1]);
            return;
        }
}

/** Letters and digits of ASCII make words, and so does every byte above it; anything else parts them. */
static void take_apart(ck_span text, address *a) {
    size_t i = 0;
    a->n = 0;
    while (i < text.n && a->n < WORDS) {
        char *word = a->word[a->n];
        size_t n = 0;
        for (; i < text.n; i++) {
            unsigned char c = (unsigned char)text.bytes[i];
            bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
            if (c == '\'')
                continue;
            if (!letter)
                break;
            if (n + 1 < WORD)
                word[n++] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
        }
        i++;
        word[n] = 0;
        if (n == 0 || is_among(word, empty_words))
            continue;
        shorten(word);
        a->n++;
    }
}

/* ---- keys ---- */

enum { NOWHERE = WORDS };

/* Where in an address the unit's number stands, and the house's. */
typedef struct places {
    uint32_t unit, house;
} places;

static bool is_unit_word(const char *word) {
    return is_among(word, unit_words);
}

/** The unit's number stands after FLAT and its like, or before the house's: "3 77 HARBOUR TERR". */
static places find_places(const address *a) {
    places at = {NOWHERE, NOWHERE};
    for (uint32_t i = 0; i + 1 < a->n && at.unit == NOWHERE; i++)
        if (is_unit_word(a->word[i]) && (is_number(a->word[i + 1]) || strlen(a->word[i + 1]) == 1))
            at.unit = i + 1;
    for (uint32_t i = 0; i < a->n && at.house == NOWHERE; i++)
        if (i != at.unit && is_number(a->word[i]))
            at.house = i;
    if (at.unit == NOWHERE && at.house + 1 < a->n && is_number(a->word[at.house + 1]))
        at.unit = at.house++;
    return at;
}

typedef struct key_out {
    char *bytes;
    size_t n;
} key_out;

static void put(key_out *key, const char *text, size_t n) {
    if (key->n + n < CK_HOME_KEY_ROOM) {
        memcpy(key->bytes + key->n, text, n);
        key->n += n;
    }
}

static void put_part(key_out *key, const address *a, uint32_t at) {
    put(key, "|", 1);
    if (at != NOWHERE)
        put(key, a->word[at], strlen(a->word[at]));
}

/** The first `most` words that are no numbers. @return how many there were */
static uint32_t put_words(key_out *key, const address *a, places at, uint32_t most) {
    uint32_t n = 0;
    put(key, "|", 1);
    for (uint32_t i = 0; i < a->n && n < most; i++)
        if (i != at.unit && i != at.house && !is_unit_word(a->word[i])) {
            put(key, " ", n > 0);
            put(key, a->word[i], strlen(a->word[i]));
            n++;
        }
    return n;
}

size_t ck_home_key(ck_span text, ck_span postcode, char bytes[CK_HOME_KEY_ROOM]) {
    address a;
    key_out key = {bytes, 0};
    take_apart(text, &a);
    places at = find_places(&a);
    for (size_t i = 0; i < postcode.n; i++)
        put(&key, postcode.bytes + i, postcode.bytes[i] != ' ');
    bool coded = key.n > 0, numbered = at.unit != NOWHERE || at.house != NOWHERE;
    put_part(&key, &a, at.unit);
    put_part(&key, &a, at.house);
    if (coded && at.house != NOWHERE)
        return key.n;
    uint32_t words = put_words(&key, &a, at, coded ? 1 : WORDS);
    return words && (coded || numbered) ? key.n : 0;
}

/* ---- communal establishments ---- */

static bool has_phrase(const address *a, uint32_t i, const char *const phrase[3]) {
    uint32_t n = 0;
    for (; n < 3 && phrase[n]; n++)
        if (i + n >= a->n || strcmp(a->word[i + n], phrase[n]) != 0)
            return false;
    /* Hospital Road is a road. */
    return i + n >= a->n || !is_among(a->word[i + n], street_words);
}

bool ck_home_is_communal(ck_span text) {
    address a;
    take_apart(text, &a);
    for (uint32_t i = 0; i < a.n; i++)
        for (int p = 0; p < PHRASES; p++)
            if (has_phrase(&a, i, communal_phrases[p]))
                return true;
    return false;
}
