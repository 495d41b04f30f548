#include "choose/sieve.h"
#include "base/memory.h"
#include <string.h>

void ck_sieve_free(ck_sieve *sieve) {
    for (uint32_t e = 0; e < CK_PART_EXPRS; e++) {
        ck_free(sieve->first[e]);
        ck_free(sieve->item[e]);
    }
    ck_free(sieve->bit);
    ck_free(sieve->number);
    ck_free(sieve->start);
    ck_free(sieve->sampled);
    ck_free(sieve->known.number);
    ck_free(sieve->known.hash);
    *sieve = (ck_sieve){0};
}

/* ---- what the sample has ---- */

static uint64_t place_of(const ck_known_values *known, uint64_t hash) {
    uint64_t at = hash & known->mask;
    while (known->hash[at] && known->hash[at] != hash)
        at = (at + 1) & known->mask;
    return at;
}

static inline uint32_t number_of(const ck_known_values *known, uint64_t hash) {
    uint64_t at = place_of(known, hash);
    return known->hash[at] ? known->number[at] : CK_NO_NUMBER;
}

static ck_status number_values(ck_error *error, const ck_part_values *sample, uint32_t n, ck_sieve *sieve) {
    uint64_t cells = 64, values = sample->start[n];
    while (cells < 4 * values)
        cells *= 2;
    ck_known_values *known = &sieve->known;
    *known = (ck_known_values){.hash = ck_alloc_zero(error, cells, sizeof *known->hash), .mask = cells - 1,
                               .number = ck_alloc(error, cells, sizeof *known->number)};
    sieve->sampled = ck_alloc(error, values, sizeof *sieve->sampled);
    for (uint64_t x = 0; error->status == CK_OK && x < values; x++) {
        uint64_t at = place_of(known, sample->hash[x]);
        if (!known->hash[at]) {
            known->hash[at] = sample->hash[x];
            known->number[at] = known->n++;
        }
        sieve->sampled[x] = known->number[at];
    }
    return error->status;
}

/* ---- a part of one column ---- */

enum { CODES_AT_A_TIME = 1 << 16 };

/* Append of the values of codes [begin, end) those that are known. */
static ck_status keep_known(ck_error *error, const ck_part_values *all, uint32_t begin, uint32_t end, ck_sieve *sieve, size_t *room) {
    uint32_t n = sieve->start[begin];
    for (uint32_t c = begin; c < end; c++) {
        for (uint32_t x = all->start[c - begin]; x < all->start[c - begin + 1]; x++) {
            uint32_t number = number_of(&sieve->known, all->hash[x]);
            if (number == CK_NO_NUMBER)
                continue;
            if (n == *room && ck_grow(error, &sieve->number, room, (size_t)n + 1, sizeof *sieve->number) != CK_OK)
                return error->status;
            sieve->number[n++] = number;
        }
        sieve->start[c + 1] = n;
    }
    return CK_OK;
}

static ck_status sift_column(ck_error *error, const ck_key_part *part, const ck_column *column, ck_sieve *sieve) {
    uint32_t codes = column[part->read[0]].dict.count + 1, *every = ck_alloc(error, CODES_AT_A_TIME, sizeof *every);
    const uint32_t **code = ck_alloc_zero(error, (size_t)part->read[0] + 1, sizeof *code);
    ck_part_values some = {0};
    size_t room = 0;
    sieve->start = ck_alloc_zero(error, (size_t)codes + 1, sizeof *sieve->start);
    for (uint32_t begin = 0, n; begin < codes && error->status == CK_OK; begin += n) {
        n = codes - begin < CODES_AT_A_TIME ? codes - begin : CODES_AT_A_TIME;
        for (uint32_t c = 0; c < n; c++)
            every[c] = begin + c;
        code[part->read[0]] = every;
        if (ck_part_values_fill(error, part, code, 0, n, &some) == CK_OK)
            keep_known(error, &some, begin, begin + n, sieve, &room);
    }
    ck_part_values_free(&some);
    ck_free(code);
    ck_free(every);
    return error->status;
}

/* ---- a part of several columns, which share a dictionary ---- */

static inline bool has_bit(const uint64_t *bit, uint32_t code) {
    return bit[code >> 6] >> (code & 63) & 1;
}

static uint64_t items_of(const ck_derived *value, uint32_t code, const uint32_t **item, uint32_t *single) {
    if (!value->map) {
        *item = value->item + value->offset[code];
        return value->offset[code + 1] - value->offset[code];
    }
    *single = value->map[code];
    *item = single;
    return *single != 0;
}

static void mark_sample(const ck_key_part *part, const uint32_t *const *code, uint32_t n, uint64_t *bit) {
    const uint32_t *item;
    uint32_t single;
    for (uint32_t e = 0; e < part->nexprs; e++)
        for (uint32_t i = 0; i < n; i++) {
            uint64_t m = items_of(&part->value[e], code[part->read[e]][i], &item, &single);
            for (uint64_t k = 0; k < m; k++)
                bit[item[k] >> 6] |= UINT64_C(1) << (item[k] & 63);
        }
}

static ck_status sift_expression(ck_error *error, const ck_derived *value, uint32_t codes, const uint64_t *bit, uint32_t **first,
                                 uint32_t **item) {
    const uint32_t *from;
    uint32_t single;
    *first = ck_alloc_zero(error, (size_t)codes + 2, sizeof **first);
    for (int pass = 0; pass < 2 && error->status == CK_OK; pass++) {
        uint32_t n = 0;
        for (uint32_t c = 0; c <= codes; c++) {
            uint64_t m = items_of(value, c, &from, &single);
            (*first)[c] = n;
            for (uint64_t k = 0; k < m; k++)
                if (has_bit(bit, from[k])) {
                    if (pass)
                        (*item)[n] = from[k];
                    n++;
                }
        }
        (*first)[codes + 1] = n;
        if (!pass)
            *item = ck_alloc(error, n, sizeof **item);
    }
    return error->status;
}

static ck_status sift_names(ck_error *error, const ck_key_part *part, const ck_column *column, const uint32_t *const *code, uint32_t n,
                            ck_sieve *sieve) {
    sieve->bit = ck_alloc_zero(error, part->value[0].count / 64 + 1, sizeof *sieve->bit);
    if (!sieve->bit)
        return error->status;
    mark_sample(part, code, n, sieve->bit);
    for (uint32_t e = 0; e < part->nexprs && error->status == CK_OK; e++)
        sift_expression(error, &part->value[e], column[part->read[e]].dict.count, sieve->bit, &sieve->first[e], &sieve->item[e]);
    return error->status;
}

static bool reads_one(const ck_key_part *part) {
    for (uint32_t e = 1; e < part->nexprs; e++)
        if (part->read[e] != part->read[0])
            return false;
    return true;
}

ck_status ck_sieve_make(ck_error *error, const ck_key_part *part, const ck_column *column, const ck_part_values *sample,
                        const uint32_t *const *code, uint32_t n, ck_sieve *sieve) {
    *sieve = (ck_sieve){0};
    if (number_values(error, sample, n, sieve) != CK_OK)
        return error->status;
    return reads_one(part) ? sift_column(error, part, column, sieve) : sift_names(error, part, column, code, n, sieve);
}

/* ---- strips ---- */

void ck_strip_free(ck_strip *strip) {
    ck_free(strip->first);
    ck_free(strip->number);
    ck_free(strip->begin);
    ck_free(strip->holder);
    ck_free(strip->only);
    ck_free(strip->item);
    ck_free(strip->hash);
    *strip = (ck_strip){0};
}

/* Room for `n` more numbers after the first `at`. */
static inline ck_status reserve(ck_error *error, ck_strip *strip, uint32_t at, uint64_t n) {
    return at + n <= strip->number_room ? CK_OK : ck_grow(error, &strip->number, &strip->number_room, at + n, sizeof *strip->number);
}

static ck_status see_column(ck_error *error, const ck_sieve *sieve, const uint32_t *code, uint32_t n, ck_strip *strip) {
    uint32_t at = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t x = sieve->start[code[i]], end = sieve->start[code[i] + 1];
        strip->first[i] = at;
        if (reserve(error, strip, at, end - x) != CK_OK)
            return error->status;
        for (; x < end; x++)
            strip->number[at++] = sieve->number[x];
    }
    strip->first[n] = at;
    return CK_OK;
}

/* Append what `item` has that is not there yet. */
static uint32_t unite(uint32_t *to, uint32_t n, const uint32_t *item, uint32_t m) {
    uint32_t before = n;
    for (uint32_t k = 0; k < m; k++) {
        uint32_t seen = 0;
        while (seen < before && to[seen] != item[k])
            seen++;
        if (seen == before)
            to[n++] = item[k];
    }
    return n;
}

/* The values of record i that make its hashes: those of the sieve, and for initials all. */
static ck_status gather_items(ck_error *error, const ck_key_part *part, const ck_sieve *sieve, const uint32_t *const *code, uint64_t i,
                              ck_strip *strip, uint32_t *n) {
    *n = 0;
    for (uint32_t e = 0; e < part->nexprs; e++) {
        uint32_t base = code[part->read[e]][i], single;
        const uint32_t *item = sieve->item[e] + sieve->first[e][base];
        uint64_t m = sieve->first[e][base + 1] - sieve->first[e][base];
        if (part->shape == CK_PART_INITIALS)
            m = items_of(&part->value[e], base, &item, &single);
        if (m && *n + m > strip->item_room && ck_grow(error, &strip->item, &strip->item_room, *n + m, sizeof *strip->item) != CK_OK)
            return error->status;
        *n = unite(strip->item, *n, item, (uint32_t)m);
    }
    return CK_OK;
}

static ck_status see_names(ck_error *error, const ck_key_part *part, const ck_sieve *sieve, const uint32_t *const *code, uint64_t begin, uint32_t n,
                           ck_strip *strip) {
    uint32_t at = 0, m;
    for (uint32_t i = 0; i < n; i++) {
        strip->first[i] = at;
        if (gather_items(error, part, sieve, code, begin + i, strip, &m) != CK_OK)
            return error->status;
        if (m == 0)
            continue;
        size_t most = (size_t)m * m + 1;
        if (reserve(error, strip, at, most) != CK_OK ||
            (most > strip->hash_room && ck_grow(error, &strip->hash, &strip->hash_room, most, sizeof *strip->hash) != CK_OK))
            return error->status;
        uint32_t nhashes = ck_part_hashes(part, strip->item, m, strip->hash);
        for (uint32_t x = 0; x < nhashes; x++) {
            uint32_t number = number_of(&sieve->known, strip->hash[x]);
            strip->number[at] = number;
            at += number != CK_NO_NUMBER;
        }
    }
    strip->first[n] = at;
    return CK_OK;
}

/* From what each record has to who has each value. */
static ck_status turn(ck_error *error, const ck_sieve *sieve, uint32_t n, ck_strip *strip) {
    uint32_t values = sieve->known.n;
    if (ck_grow(error, &strip->only, &strip->only_room, n, sizeof *strip->only) != CK_OK ||
        ck_grow(error, &strip->begin, &strip->begin_room, (size_t)values + 2, sizeof *strip->begin) != CK_OK ||
        ck_grow(error, &strip->holder, &strip->holder_room, (size_t)strip->first[n] + 1, sizeof *strip->holder) != CK_OK)
        return error->status;
    memset(strip->begin, 0, ((size_t)values + 2) * sizeof *strip->begin);
    for (uint32_t x = 0; x < strip->first[n]; x++)
        strip->begin[strip->number[x] + 2]++;
    for (uint32_t v = 2; v <= values; v++)
        strip->begin[v] += strip->begin[v - 1];
    strip->single = true;
    for (uint32_t i = 0; i < n; i++) {
        strip->only[i] = CK_NO_NUMBER;
        strip->single &= strip->first[i + 1] - strip->first[i] < 2;
        for (uint32_t x = strip->first[i]; x < strip->first[i + 1]; x++) {
            strip->only[i] = strip->number[x];
            strip->holder[strip->begin[strip->number[x] + 1]++] = i;
        }
    }
    return CK_OK;
}

ck_status ck_strip_fill(ck_error *error, const ck_key_part *part, const ck_sieve *sieve, const uint32_t *const *code, uint64_t begin, uint64_t end,
                        ck_strip *strip) {
    uint32_t n = (uint32_t)(end - begin);
    if (ck_grow(error, &strip->first, &strip->first_room, (size_t)n + 1, sizeof *strip->first) != CK_OK)
        return error->status;
    if ((sieve->start ? see_column(error, sieve, code[part->read[0]] + begin, n, strip) : see_names(error, part, sieve, code, begin, n, strip)) != CK_OK)
        return error->status;
    return turn(error, sieve, n, strip);
}
