#include "release/openpseudonymiser.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* Values of one name by their bytes, so that there is one order. */
static int compare_names(const void *a, const void *b) {
    const ck_named_value *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : ck_span_compare(x->value, y->value);
}

static bool is_blank(unsigned char byte) {
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

ck_status ck_openpseudonymiser(ck_error *error, const ck_secret *salt, ck_named_value *value, size_t n, char text[2 * CK_DIGEST + 1]) {
    crypto_hash_sha256_state state;
    uint8_t digest[CK_DIGEST];
    size_t begin = 0, end = salt->n;
    while (begin < end && is_blank(salt->bytes[begin]))
        begin++;
    while (end > begin && is_blank(salt->bytes[end - 1]))
        end--;
    if (begin == end)
        return ck_fail(error, CK_DATA, "The salt is blank.");
    qsort(value, n, sizeof *value, compare_names);
    crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < value[i].value.n; j++)
            if (!is_blank((unsigned char)value[i].value.bytes[j]))
                crypto_hash_sha256_update(&state, (const unsigned char *)value[i].value.bytes + j, 1);
    crypto_hash_sha256_update(&state, salt->bytes + begin, end - begin);
    crypto_hash_sha256_final(&state, digest);
    ck_digest_text(digest, true, text);
    sodium_memzero(&state, sizeof state);
    return CK_OK;
}
