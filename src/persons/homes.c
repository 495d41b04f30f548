#include "base/memory.h"
#include "condition/intern.h"
#include "persons/home.h"
#include <stdlib.h>
#include <string.h>

/* ---- addresses ---- */

typedef struct addresses {
    ck_intern keys;
    uint32_t *of;      /* [records] number of the key + 1, 0: none */
    bool *communal;    /* [keys] */
    size_t room;
} addresses;

enum { TEXT = 2048 };

/** The columns of a record's address joined, its postcode apart. */
static ck_span read_address(const ck_home_input *input, uint64_t record, char text[TEXT], ck_span *postcode) {
    size_t n = 0;
    *postcode = (ck_span){"", 0};
    for (uint32_t c = 0; c < input->ncolumns; c++) {
        ck_span value = ck_dict_value(input->dict[c], input->code[c][record]);
        if (input->is_postcode[c])
            *postcode = value;
        else if (n + value.n + 1 < TEXT) {
            memcpy(text + n, value.bytes, value.n);
            n += value.n;
            text[n++] = ' ';
        }
    }
    return (ck_span){text, n};
}

static ck_status add_address(ck_error *error, const ck_home_input *input, uint64_t record, addresses *a) {
    char text[TEXT], key[CK_HOME_KEY_ROOM];
    ck_span postcode, address = read_address(input, record, text, &postcode);
    size_t n = ck_home_key(address, postcode, key);
    uint32_t id, before = a->keys.count;
    a->of[record] = 0;
    if (n == 0)
        return CK_OK;
    if (ck_intern_add(error, &a->keys, (ck_span){key, n}, &id) != CK_OK || ck_grow(error, &a->communal, &a->room, a->keys.count, sizeof *a->communal) != CK_OK)
        return error->status;
    a->communal[id] = (id < before && a->communal[id]) || ck_home_is_communal(address);
    a->of[record] = id + 1;
    return CK_OK;
}

static ck_status find_addresses(ck_error *error, const ck_home_input *input, addresses *a) {
    a->of = ck_alloc_zero(error, input->records, sizeof *a->of);
    for (uint64_t r = 0; a->of && r < input->records && input->ncolumns; r++)
        if (add_address(error, input, r, a) != CK_OK)
            break;
    return error->status;
}

/* ---- the number of an address ---- */

typedef struct pairing {
    uint32_t address, number;
} pairing;

static int by_address(const void *left, const void *right) {
    const pairing *a = left, *b = right;
    if (a->address != b->address)
        return a->address < b->address ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/** Of rows of one address, sorted by number: the number of more than half of them, or 0. */
static uint32_t find_majority(const pairing *pair, uint64_t n) {
    uint64_t middle = n / 2, same = 0;
    for (uint64_t i = 0; i < n; i++)
        same += pair[i].number == pair[middle].number;
    return 2 * same > n ? pair[middle].number : 0;
}

/** adopted[address]: its number, 0: none. */
static ck_status adopt_numbers(ck_error *error, const ck_home_input *input, const addresses *a, uint32_t *adopted) {
    pairing *pair = ck_alloc(error, input->records, sizeof *pair);
    uint64_t n = 0;
    for (uint64_t r = 0; pair && r < input->records; r++)
        if (input->number[r] && a->of[r])
            pair[n++] = (pairing){a->of[r] - 1, input->number[r]};
    if (pair)
        qsort(pair, n, sizeof *pair, by_address);
    for (uint64_t i = 0, j; pair && i < n; i = j) {
        for (j = i; j < n && pair[j].address == pair[i].address;)
            j++;
        adopted[pair[i].address] = find_majority(pair + i, j - i);
    }
    ck_free(pair);
    return error->status;
}

/* ---- homes ---- */

static void number_homes(const ck_home_input *input, const addresses *a, const uint32_t *adopted, ck_homes *homes) {
    for (uint64_t r = 0; r < input->records; r++) {
        uint32_t number = input->number ? input->number[r] : 0, address = a->of[r];
        if (!number && address)
            number = adopted[address - 1] ? adopted[address - 1] : homes->numbers + address;
        homes->home[r] = number;
        if (number && address && a->communal[address - 1])
            homes->communal[number] = true;
    }
}

ck_status ck_homes_find(ck_error *error, const ck_home_input *input, ck_homes *homes) {
    addresses a = {0};
    uint32_t *adopted = NULL;
    *homes = (ck_homes){.numbers = input->number ? input->numbers : 0};
    if (find_addresses(error, input, &a) == CK_OK) {
        homes->count = (uint64_t)homes->numbers + a.keys.count;
        homes->home = ck_alloc(error, input->records, sizeof *homes->home);
        homes->communal = ck_alloc_zero(error, homes->count + 1, sizeof *homes->communal);
        adopted = ck_alloc_zero(error, a.keys.count, sizeof *adopted);
    }
    if (error->status == CK_OK && (!input->number || adopt_numbers(error, input, &a, adopted) == CK_OK))
        number_homes(input, &a, adopted, homes);
    ck_free(adopted);
    ck_free(a.communal);
    ck_free(a.of);
    ck_intern_free(&a.keys);
    return error->status;
}

void ck_homes_free(ck_homes *homes) {
    ck_free(homes->home);
    ck_free(homes->communal);
    *homes = (ck_homes){0};
}
