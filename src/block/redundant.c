#include "block/redundant.h"
#include "base/memory.h"

void ck_redundant_lowest(const ck_rule_keys *keys, uint64_t n, uint32_t *lowest) {
    for (uint64_t i = 0; i < n; i++) {
        uint32_t low = UINT32_MAX;
        for (uint64_t k = keys->offset[i]; k < keys->offset[i + 1]; k++)
            low = keys->key[k] && keys->key[k] < low ? keys->key[k] : low;
        for (uint64_t k = keys->offset[i]; k < keys->offset[i + 1]; k++)
            lowest[k] = low == UINT32_MAX ? 0 : low;
    }
}

/* The entries' keys are all in [begin, end). */
static void find_range(const uint32_t *number, size_t n, uint32_t *begin, uint32_t *end) {
    *begin = UINT32_MAX;
    *end = 0;
    for (size_t i = 0; i < n; i++)
        if (number[i]) {
            *begin = number[i] < *begin ? number[i] : *begin;
            *end = number[i] >= *end ? number[i] + 1 : *end;
        }
    if (!*end)
        *begin = 0;
}

ck_status ck_redundant_clear(ck_error *error, const uint32_t *lowest, size_t n, uint32_t *number) {
    uint32_t begin, end;
    find_range(number, n, &begin, &end);
    uint32_t *common = ck_alloc_zero(error, end - begin, sizeof *common); /* of each key: 0 = no entry yet, UINT32_MAX = several */
    if (!common)
        return error->status;
    for (size_t i = 0; i < n; i++)
        if (number[i]) {
            uint32_t *of_key = &common[number[i] - begin];
            *of_key = *of_key == 0 || *of_key == lowest[i] ? lowest[i] : UINT32_MAX;
        }
    for (size_t i = 0; i < n; i++)
        if (number[i] && common[number[i] - begin] < number[i])
            number[i] = 0;
    ck_free(common);
    return CK_OK;
}
