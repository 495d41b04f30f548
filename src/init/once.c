/* Does a file hold each person once? Rows of one person agree, in spite of errors, in one or another set of columns that two
   people hardly share. If next to no rows agree in any of several such sets, the file has no person twice. Sets that relatives
   share (surname and home, twins' surname and date of birth) tell nothing, so each has a forename or a number of the person. */
#include "base/hash.h"
#include "init/draft.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { KEYS = 12, PARTS = 3, KEY_TALLY = 1 << 15, ROWS_LEAST = 100, KEYS_LEAST = 2 };
static const double filled_least = 0.3; /* of the rows have every part of a key that counts */
static const double pairs_most = 0.0005; /* pairs a row, beyond chance */
static const double slips_most = 0.002;  /* of a number of the person, which is now and then somebody else's */
static const double chance_most = 0.01;  /* pairs a row by chance, of a key that counts */
static const double chance_times = 1.5;  /* columns have something to do with each other */

typedef struct key {
    uint32_t n;
    uint32_t column[PARTS];
    double chance; /* that two rows agree, if columns have nothing to do with each other */
    uint64_t rows;
    ck_value_tally tally;
} key;

typedef struct keys {
    const ck_draft_file *file;
    uint32_t n;
    key key[KEYS];
} keys;

/* ---- which ---- */

/* How likely two rows agree in a column, or in all that it is made of. */
static double find_collision(const ck_draft_file *file, uint32_t column) {
    const ck_guess *guess = &file->guess[column];
    double share = guess->npart ? 1 : guess->looks.collision;
    for (uint32_t i = 0; i < guess->npart; i++)
        share *= file->guess[guess->part[i]].looks.collision;
    return share;
}

static void add_key(keys *to, int64_t a, int64_t b, int64_t c) {
    int64_t column[PARTS] = {a, b, c};
    if (to->n == KEYS || a < 0)
        return;
    key *fresh = &to->key[to->n++];
    *fresh = (key){.chance = 1};
    for (int i = 0; i < PARTS; i++) {
        if (column[i] < 0)
            continue;
        fresh->column[fresh->n++] = (uint32_t)column[i];
        fresh->chance *= find_collision(to->file, (uint32_t)column[i]);
    }
    if (fresh->n == 1)
        fresh->chance = 0; /* a number of the person agrees by no chance */
}

static int64_t find_home(const ck_draft_file *file) {
    static const char *const names[] = {"postcode", "address", "phone", "town", "birth_place"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (ck_draft_find(file, names[i]) >= 0)
            return ck_draft_find(file, names[i]);
    return -1;
}

static void add_person_keys(keys *to) {
    const ck_draft_file *file = to->file;
    int64_t full = ck_draft_find(file, "full_name"), forename = full >= 0 && file->guess[full].split_names ? -1 : ck_draft_find(file, "forename"), surname = ck_draft_find(file, "surname");
    int64_t dob = ck_draft_find(file, "dob"), home = find_home(file), email = ck_draft_find(file, "email");
    for (uint32_t c = 0; c < file->extract.ncolumns; c++)
        if (file->guess[c].kind && (int64_t)c != file->id &&
            (file->guess[c].meaning == CK_MEANS_NHS_NUMBER ||
             (file->guess[c].meaning == CK_MEANS_IDENTIFIER && ck_header_meaning(ck_draft_header(file, c)) == CK_MEANS_IDENTIFIER)))
            add_key(to, c, -1, -1);
    add_key(to, email, -1, -1);
    if (forename >= 0 && surname >= 0 && (dob >= 0 || home >= 0))
        add_key(to, forename, surname, dob >= 0 ? dob : home);
    if (forename >= 0 && dob >= 0) {
        add_key(to, forename, dob, -1);
        if (home >= 0)
            add_key(to, forename, dob, home);
    }
    if (forename < 0 && full >= 0 && dob >= 0)
        add_key(to, full, dob, -1);
    if (forename < 0 && full >= 0 && home >= 0)
        add_key(to, full, dob >= 0 ? dob : home, dob >= 0 ? home : -1); /* father and son may have one name and one home */
}

/* Files that are not of persons' names: pairs of the columns that tell most. */
static void add_other_keys(keys *to) {
    const ck_draft_file *file = to->file;
    int64_t best[3] = {-1, -1, -1};
    for (uint32_t c = 0; c < file->extract.ncolumns; c++) {
        if (!file->guess[c].kind || (int64_t)c == file->id || file->guess[c].looks.n < ROWS_LEAST)
            continue;
        int64_t at = c;
        for (int i = 0; i < 3; i++)
            if (at >= 0 && (best[i] < 0 || find_collision(file, (uint32_t)at) < find_collision(file, (uint32_t)best[i]))) {
                int64_t moved = best[i];
                best[i] = at;
                at = moved;
            }
    }
    for (int i = 0; i < 3; i++)
        for (int j = i + 1; j < 3; j++)
            if (best[j] >= 0)
                add_key(to, best[i], best[j], -1);
}

/* ---- counting ---- */

/* Letters and digits alone, in upper case. @return are there any? */
static bool hash_value(ck_span value, uint64_t *hash) {
    char plain[CK_SAMPLE_CELL_BYTES];
    size_t n = 0;
    for (size_t i = 0; i < value.n && n < sizeof plain; i++) {
        unsigned char byte = (unsigned char)value.bytes[i];
        if (isalnum(byte) || byte >= 0x80)
            plain[n++] = (char)toupper(byte);
    }
    *hash = ck_hash_bytes(plain, n, *hash);
    return n > 0;
}

static bool is_missing_value(const ck_guess *guess, ck_span value) {
    for (uint32_t i = 0; i < guess->looks.nmissing; i++)
        if (ck_span_is(value, guess->looks.missing[i]))
            return true;
    return false;
}

static bool hash_key(const ck_draft_file *file, const key *of, const ck_span *field, uint64_t *hash) {
    bool whole = true;
    *hash = of->n;
    for (uint32_t i = 0; i < of->n && whole; i++) {
        const ck_guess *guess = &file->guess[of->column[i]];
        for (uint32_t p = 0; p < (guess->npart ? guess->npart : 1) && whole; p++) {
            ck_span value = ck_trim_blanks(field[guess->npart ? guess->part[p] : of->column[i]]);
            whole = !is_missing_value(guess, value) && hash_value(value, hash);
        }
    }
    return whole;
}

static void take_row(void *user, uint64_t row, const ck_span *field) {
    keys *all = user;
    uint64_t hash;
    (void)row;
    for (uint32_t k = 0; k < all->n; k++)
        if (hash_key(all->file, &all->key[k], field, &hash)) {
            all->key[k].rows++;
            ck_tally_add(&all->key[k].tally, ck_hash_mix(hash));
        }
}

/* ---- judging ---- */

static double chance_pairs(const key *of) {
    return (double)of->rows * (double)of->rows / 2 * of->chance;
}

static bool counts(const keys *all, const key *of) {
    return (double)of->rows >= filled_least * (double)all->file->extract.rows && chance_pairs(of) <= chance_most * (double)of->rows;
}

/* "3 pairs of rows agree in forename, surname and dob" */
static void tell(const keys *all, const key *of, char *text, size_t room) {
    double pairs = ck_tally_pairs(&of->tally);
    size_t n = (size_t)snprintf(text, room, "%s%.0f pair%s of its %llu rows agree%s in ", of->tally.depth && pairs > 0 ? "about " : "", pairs,
                                pairs == 1 ? "" : "s", (unsigned long long)of->rows, pairs == 1 ? "s" : "");
    for (uint32_t i = 0; i < of->n && n < room; i++)
        n += (size_t)snprintf(text + n, room - n, "%s%s", i == 0 ? "" : i + 1 == of->n ? " and " : ", ", all->file->guess[of->column[i]].name);
}

static void judge(const keys *all, ck_draft_file *file) {
    uint32_t telling = 0, alike = KEYS;
    const key *last = NULL;
    for (uint32_t k = 0; k < all->n; k++) {
        const key *of = &all->key[k];
        if (!counts(all, of))
            continue;
        double most = (of->n == 1 ? slips_most : pairs_most) * (double)of->rows + chance_times * chance_pairs(of) + 3 * sqrt(chance_pairs(of));
        telling++;
        last = of;
        if (alike == KEYS && ck_tally_pairs(&of->tally) > (most < 2 ? 2 : most))
            alike = k;
    }
    char text[CK_GUESS_WHY];
    file->unique = telling >= KEYS_LEAST && alike == KEYS && file->extract.rows >= ROWS_LEAST;
    if (alike < KEYS) {
        tell(all, &all->key[alike], text, sizeof text);
        snprintf(file->unique_why, sizeof file->unique_why, "%.300s", text);
    } else if (file->unique) {
        tell(all, last, text, sizeof text);
        snprintf(file->unique_why, sizeof file->unique_why, "%.230s; as few in %u other sets of columns", text, telling - 1);
    } else {
        snprintf(file->unique_why, sizeof file->unique_why, "too little to tell whether a person is in it twice: %llu rows, %u sets of columns that "
                 "would show it", (unsigned long long)file->extract.rows, telling);
    }
}

static ck_status find_once(ck_error *error, ck_draft_file *file) {
    keys all = {.file = file};
    add_person_keys(&all);
    if (all.n < KEYS_LEAST)
        add_other_keys(&all);
    for (uint32_t k = 0; k < all.n && error->status == CK_OK; k++)
        ck_tally_init(error, &all.key[k].tally, KEY_TALLY);
    if (error->status == CK_OK && ck_extract_again(error, &file->extract, take_row, &all) == CK_OK)
        judge(&all, file);
    for (uint32_t k = 0; k < all.n; k++)
        ck_tally_free(&all.key[k].tally);
    return error->status;
}

bool ck_draft_all_once(const ck_draft *draft) {
    for (uint32_t f = 0; f < draft->nfiles; f++)
        if (!draft->file[f].unique)
            return false;
    return true;
}

/* With one file there is nothing but its own rows to link. */
ck_status ck_draft_find_once(ck_error *error, ck_draft *draft) {
    for (uint32_t f = 0; draft->nfiles > 1 && f < draft->nfiles && error->status == CK_OK; f++)
        find_once(error, &draft->file[f]);
    return error->status;
}
