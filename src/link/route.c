#include "link/route.h"
#include "base/memory.h"
#include "block/units.h"
#include <string.h>

/* --- which unit ------------------------------------------------------------------------------------- */

/* The last plain unit that begins at or before a key. */
static inline uint32_t find_unit(const ck_route *route, uint32_t key) {
    uint32_t u = route->first_unit[key >> route->shift];
    while (u + 1 < route->nplain && route->keys->unit[u + 1].key_begin <= key)
        u++;
    return u;
}

static uint32_t count_plain(const ck_rule_keys *keys) {
    uint32_t n = 0;
    while (n < keys->nunits && keys->unit[n].giant == UINT32_MAX)
        n++;
    return n;
}

/* Stretches of keys, about as many as there are units. */
static ck_status index_units(ck_route *route, ck_error *error) {
    const ck_rule_keys *keys = route->keys;
    route->nplain = count_plain(keys);
    while (keys->nkeys >> route->shift > 4 * (route->nplain + 1))
        route->shift++;
    size_t n = (keys->nkeys >> route->shift) + 1;
    route->first_unit = ck_alloc_zero(error, n, sizeof *route->first_unit);
    for (size_t i = 0, u = 0; route->first_unit && i < n; i++) {
        while (u + 1 < route->nplain && keys->unit[u + 1].key_begin <= i << route->shift)
            u++;
        route->first_unit[i] = (uint32_t)u;
    }
    return error->status;
}

static uint32_t find_segment(const ck_giant *giant, uint32_t record) {
    uint32_t s = giant->nsegments - 1;
    while (s > 0 && giant->boundary[s] > record)
        s--;
    return s;
}

/* --- scanning a slice of the records ------------------------------------------------------------------- */

/* What one thread knows on its way through its slice. Loads are [waves][size], of waves from wave_begin on. */
typedef struct ck_route_scan {
    const ck_route *route;
    uint32_t wave_begin, wave_end;
    ck_load *load;
    uint64_t *row_stamp, *member_stamp; /* like load: the last row copied, the last member listed there (segments of a giant share them) */
    uint64_t stamp;
    uint64_t *unit_words;               /* [nunits] when wanted: memory that the members of each unit take */
    bool lists;                         /* lists members and copies rows; else counts them */
    ck_member **member;                 /* [size] where members go */
    uint32_t **words;                   /* [size] where copied rows go */
} scan;

/* Words of memory that a member takes where it goes: received, sorted by key, and as a pointer; and its copied row. */
enum { MEMBER_WORDS = 6 };

/* The number of a row among the copies of wave and rank `at`, copied when it is not there yet. */
static uint64_t copy_row(scan *s, size_t at, int d, uint64_t i) {
    const ck_route *route = s->route;
    ck_load *load = &s->load[at];
    if (s->row_stamp[at] != i + 1) {
        const uint32_t *words = ck_row(route->layout, route->rows, route->rows->begin + i);
        uint32_t n = ck_row_words(route->layout, words);
        if (s->lists)
            memcpy(s->words[d] + load->words, words, n * sizeof *words);
        load->words += n;
        load->copies++;
        s->row_stamp[at] = i + 1;
    }
    return load->copies - 1;
}

static inline void list_member(scan *s, uint32_t unit, uint32_t key, uint64_t i) {
    const ck_route *route = s->route;
    int d = route->owner[unit];
    uint32_t w = route->wave[unit];
    if (w < s->wave_begin || w >= s->wave_end)
        return;
    size_t at = (w - s->wave_begin) * (size_t)route->comm->size + (size_t)d;
    ck_load *load = &s->load[at];
    if (s->member_stamp[at] == s->stamp)
        return;
    s->member_stamp[at] = s->stamp;
    uint64_t row = ck_rows_visible(route->rows, d) ? route->rows->begin + i : copy_row(s, at, d, i);
    if (s->lists)
        s->member[d][load->members] = (ck_member){key, (uint32_t)row};
    load->members++;
}

static inline void visit(scan *s, uint32_t unit, uint32_t key, uint64_t i) {
    const ck_route *route = s->route;
    if (route->owner[unit] < 0)
        return;
    if (s->unit_words) {
        bool copied = !ck_rows_visible(route->rows, route->owner[unit]);
        s->unit_words[unit] += MEMBER_WORDS + (copied ? ck_row_words(route->layout, ck_row(route->layout, route->rows, route->rows->begin + i)) : 0);
    }
    list_member(s, unit, key, i);
}

/* The unit of two segments x <= y of a giant whose units begin at `first`: they are listed by x, then y. */
static inline uint32_t segment_unit(uint32_t first, uint32_t nsegments, uint32_t x, uint32_t y) {
    return first + (uint32_t)((uint64_t)x * (2 * (uint64_t)nsegments - x + 1) / 2) + (y - x);
}

static void scan_giant(scan *s, uint32_t g, uint32_t key, uint64_t i) {
    const ck_route *route = s->route;
    const ck_giant *giant = &route->keys->giant[g];
    uint32_t first = route->nplain, segments = giant->nsegments;
    for (uint32_t before = 0; before < g; before++) {
        uint64_t n = route->keys->giant[before].nsegments;
        first += (uint32_t)(n * (n + 1) / 2);
    }
    uint32_t own = find_segment(giant, ck_row(route->layout, route->rows, route->rows->begin + i)[CK_WORD_RECORD]);
    for (uint32_t other = 0; other < segments; other++)
        visit(s, other < own ? segment_unit(first, segments, other, own) : segment_unit(first, segments, own, other), key, i);
}

static inline void scan_key(scan *s, uint32_t key, uint64_t i) {
    uint32_t g = ck_find_giant(s->route->keys, key);
    s->stamp++;
    if (g == UINT32_MAX)
        visit(s, find_unit(s->route, key), key, i);
    else
        scan_giant(s, g, key, i);
}

static void scan_slice(scan *s, uint32_t slice) {
    const ck_route *route = s->route;
    uint64_t rows = route->rows->n, end = rows * (slice + 1) / route->nslices;
    for (uint64_t i = rows * slice / route->nslices; i < end; i++) {
        uint64_t n;
        const uint32_t *key = ck_record_keys(route->layout, route->rows, route->keys, i, &n);
        for (uint64_t k = 0; k < n; k++)
            if (key[k] && (k == 0 || key[k] != key[k - 1]))
                scan_key(s, key[k], i);
    }
}

static void free_scans(ck_route *route) {
    for (uint32_t t = 0; route->scan && t < route->nslices; t++) {
        scan *s = &route->scan[t];
        ck_free(s->load);
        ck_free(s->row_stamp);
        ck_free(s->member_stamp);
        ck_free(s->unit_words);
        ck_free(s->member);
        ck_free(s->words);
    }
    ck_free(route->scan);
    route->scan = NULL;
}

/* Room for all waves at once, and for the words of units when wanted. */
static ck_status take_scans(ck_route *route, ck_error *error, bool units) {
    size_t size = (size_t)route->comm->size, n = route->nwaves * size;
    free_scans(route);
    route->scan = ck_alloc_zero(error, route->nslices, sizeof *route->scan);
    for (uint32_t t = 0; route->scan && t < route->nslices; t++) {
        scan *s = &route->scan[t];
        s->route = route;
        s->load = ck_alloc_zero(error, n, sizeof *s->load);
        s->row_stamp = ck_alloc_zero(error, n, sizeof *s->row_stamp);
        s->member_stamp = ck_alloc_zero(error, n, sizeof *s->member_stamp);
        s->member = ck_alloc(error, size, sizeof *s->member);
        s->words = ck_alloc(error, size, sizeof *s->words);
        if (units)
            s->unit_words = ck_alloc_zero(error, route->keys->nunits, sizeof *s->unit_words);
    }
    return error->status;
}

/* Begin at waves [wave_begin, wave_end). */
static void reset_scan(scan *s, uint32_t wave_begin, uint32_t wave_end, bool lists) {
    size_t n = (wave_end - wave_begin) * (size_t)s->route->comm->size;
    s->wave_begin = wave_begin;
    s->wave_end = wave_end;
    s->lists = lists;
    memset(s->row_stamp, 0, n * sizeof *s->row_stamp);
    memset(s->member_stamp, 0, n * sizeof *s->member_stamp);
}

/* --- planning -------------------------------------------------------------------------------------------- */

/* Count all waves' loads by slice, and the words of each unit when wanted. Local. */
static ck_status count_loads(ck_route *route, ck_error *error, uint64_t *unit_words) {
    size_t n = (size_t)route->nwaves * (size_t)route->comm->size;
    ck_free(route->send);
    route->send = ck_alloc(error, n * route->nslices, sizeof *route->send);
    if (!route->send || take_scans(route, error, unit_words != NULL) != CK_OK)
        return error->status;
#pragma omp parallel for num_threads(route->nslices) schedule(static, 1)
    for (uint32_t t = 0; t < route->nslices; t++) {
        scan *s = &route->scan[t];
        reset_scan(s, 0, route->nwaves, false);
        scan_slice(s, t);
        for (size_t k = 0; k < n; k++)
            route->send[k * route->nslices + t] = s->load[k];
    }
    for (uint32_t t = 0; unit_words && t < route->nslices; t++) {
        for (uint32_t u = 0; u < route->keys->nunits; u++)
            unit_words[u] += route->scan[t].unit_words[u];
        ck_free(route->scan[t].unit_words);
        route->scan[t].unit_words = NULL;
    }
    return CK_OK;
}

/* A rank's units fall into waves, in order, each within the budget. */
static void assign_waves(ck_route *route, const uint64_t *words, uint64_t budget_words) {
    for (int d = 0; d < route->comm->size; d++) {
        uint64_t used = 0;
        uint32_t w = 0;
        for (uint32_t u = 0; u < route->keys->nunits; u++) {
            if (route->owner[u] != d)
                continue;
            if (used && used + words[u] > budget_words) {
                w++;
                used = 0;
            }
            used += words[u];
            route->wave[u] = w;
            route->nwaves = w + 1 > route->nwaves ? w + 1 : route->nwaves;
        }
    }
}

/* Everybody learns what it receives. Collective. */
static ck_status exchange_loads(ck_route *route, ck_error *error) {
    size_t size = (size_t)route->comm->size, waves = route->nwaves;
    ck_load *out = ck_alloc(error, waves * size, sizeof *out), *in = NULL;
    uint64_t *bytes = ck_alloc(error, 2 * size, sizeof *bytes);
    route->receive = ck_alloc(error, waves * size, sizeof *route->receive);
    for (size_t d = 0; out && bytes && d < size; d++) {
        bytes[d] = waves * sizeof *out;
        for (uint32_t w = 0; w < waves; w++)
            out[d * waves + w] = ck_route_load(route, w, (int)d);
    }
    if (ck_par_agree(route->comm, error) == CK_OK &&
        ck_par_exchange(route->comm, error, out, bytes, (void **)&in, bytes + size) == CK_OK)
        for (size_t d = 0; d < size; d++)
            for (size_t w = 0; w < waves; w++)
                route->receive[w * size + d] = in[d * waves + w];
    ck_free(out);
    ck_free(in);
    ck_free(bytes);
    return error->status;
}

/* Members and copies are numbered by 32 bits. */
static ck_status check_numbers(const ck_route *route, ck_error *error) {
    for (uint32_t w = 0; w < route->nwaves; w++) {
        uint64_t members = 0, numbers = route->rows->visible;
        for (int d = 0; d < route->comm->size; d++) {
            members += route->receive[w * (size_t)route->comm->size + (size_t)d].members;
            numbers += route->receive[w * (size_t)route->comm->size + (size_t)d].copies;
        }
        if (members >= UINT32_MAX || numbers >= UINT32_MAX)
            return ck_fail(error, CK_MEMORY, "One rank would hold more than 4 billion rows at a time; use more ranks.");
    }
    return CK_OK;
}

ck_status ck_route_make(const ck_comm *comm, ck_error *error, const ck_layout *layout, const ck_packed_rows *rows, const ck_rule_keys *keys,
                        const uint8_t *done, uint32_t threads, uint64_t memory_bytes, ck_route *route) {
    *route = (ck_route){.comm = comm, .layout = layout, .rows = rows, .keys = keys, .nslices = threads, .nwaves = 1};
    route->owner = ck_alloc_zero(error, keys->nunits, sizeof *route->owner);
    route->wave = ck_alloc_zero(error, keys->nunits, sizeof *route->wave);
    uint64_t *words = ck_alloc_zero(error, keys->nunits, sizeof *words);
    if (error->status == CK_OK && index_units(route, error) == CK_OK) {
        ck_units_assign(comm, keys, done, route->owner);
        count_loads(route, error, words);
    }
    if (ck_par_agree(comm, error) == CK_OK) {
        ck_par_sum(comm, words, keys->nunits);
        assign_waves(route, words, memory_bytes / sizeof(uint32_t));
        if (route->nwaves > 1)
            count_loads(route, error, NULL);
        if (exchange_loads(route, error) == CK_OK)
            check_numbers(route, error);
    }
    ck_free(words);
    if (ck_par_agree(comm, error) != CK_OK)
        ck_route_free(route);
    return error->status;
}

void ck_route_free(ck_route *route) {
    free_scans(route);
    ck_free(route->first_unit);
    ck_free(route->owner);
    ck_free(route->wave);
    ck_free(route->send);
    ck_free(route->receive);
    *route = (ck_route){0};
}

/* --- listing ------------------------------------------------------------------------------------------------ */

static const ck_load *slice_loads(const ck_route *route, uint32_t w, int d) {
    return route->send + ((size_t)w * (size_t)route->comm->size + (size_t)d) * route->nslices;
}

ck_load ck_route_load(const ck_route *route, uint32_t w, int d) {
    ck_load sum = {0};
    for (uint32_t t = 0; t < route->nslices; t++) {
        const ck_load *load = &slice_loads(route, w, d)[t];
        sum.members += load->members;
        sum.copies += load->copies;
        sum.words += load->words;
    }
    return sum;
}

/* Where each slice writes for each rank. Copies are counted on through the slices. */
static void place_slices(const ck_route *route, uint32_t w, ck_member *member, uint32_t *words) {
    for (int d = 0; d < route->comm->size; d++) {
        ck_load before = {0};
        for (uint32_t t = 0; t < route->nslices; t++) {
            const ck_load *load = &slice_loads(route, w, d)[t];
            scan *s = &route->scan[t];
            s->member[d] = member;
            s->words[d] = words;
            s->load[d] = before;
            before.members += load->members;
            before.copies += load->copies;
            before.words += load->words;
        }
        member += before.members;
        words += before.words;
    }
}

void ck_route_list(const ck_route *route, uint32_t w, ck_member *member, uint32_t *words) {
    place_slices(route, w, member, words);
#pragma omp parallel for num_threads(route->nslices) schedule(static, 1)
    for (uint32_t t = 0; t < route->nslices; t++) {
        reset_scan(&route->scan[t], w, w + 1, true);
        scan_slice(&route->scan[t], t);
    }
}

void ck_route_keys(const ck_route *route, uint32_t w, uint32_t *begin, uint32_t *end) {
    *begin = UINT32_MAX;
    *end = 0;
    for (uint32_t u = 0; u < route->keys->nunits; u++) {
        const ck_unit *unit = &route->keys->unit[u];
        if (route->owner[u] != route->comm->rank || route->wave[u] != w)
            continue;
        *begin = unit->key_begin < *begin ? unit->key_begin : *begin;
        *end = unit->key_end > *end ? unit->key_end : *end;
    }
    if (*end == 0)
        *begin = *end = 1;
}
