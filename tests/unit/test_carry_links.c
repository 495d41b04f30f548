/* Links of an earlier run among those of this one, at any number of ranks. */
#include "link/carry_links.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include <unistd.h>
#include "rank_test.h"

#define FILE_NAME "test_carry_links.h5"
enum { RECORDS = 12, GONE = 7 };

static int remove_file(void **state) {
    (void)state;
    if (comm.rank == 0)
        unlink(FILE_NAME);
    return 0;
}

static void make_room(ck_links *links) {
    *links = (ck_links){.a = calloc(RECORDS, sizeof *links->a), .b = calloc(RECORDS, sizeof *links->b), .weight = calloc(RECORDS, sizeof *links->weight),
                        .pattern = calloc(RECORDS, sizeof *links->pattern), .rule = calloc(RECORDS, 1), .model = strdup("{}"), .stamp = strdup("s")};
}

static void put(ck_links *links, uint32_t a, uint32_t b) {
    links->a[links->n] = a;
    links->b[links->n] = b;
    links->weight[links->n] = 100 * a + b;
    links->pattern[links->n] = 7 * a;
    links->rule[links->n++] = (uint8_t)b;
}

/* Each record with the next one, in shares of the ranks. */
static void write_chain(void) {
    ck_error error = {0};
    ck_links links;
    make_room(&links);
    for (uint64_t a = ck_par_share(&comm, RECORDS - 1, comm.rank); a < ck_par_share(&comm, RECORDS - 1, comm.rank + 1); a++)
        put(&links, (uint32_t)a, (uint32_t)a + 1);
    assert_int_equal(ck_links_write(&comm, &error, FILE_NAME, &links), CK_OK);
    ck_links_free(&links);
}

/* Links of all ranks follow one another by (a, b), each where its first record is at home; together they are `n`. */
static void assert_at_home(const ck_links *links, uint64_t n) {
    assert_int_equal(links->total, n);
    assert_int_equal(links->begin, ck_par_sum_before(&comm, links->n));
    for (uint64_t i = 0; i < links->n; i++) {
        assert_in_range(links->a[i], ck_par_share(&comm, RECORDS, comm.rank), ck_par_share(&comm, RECORDS, comm.rank + 1) - 1);
        assert_true(links->a[i] < links->b[i]);
        assert_true(i == 0 || links->a[i - 1] < links->a[i] || (links->a[i - 1] == links->a[i] && links->b[i - 1] < links->b[i]));
    }
}

/* The records stand the other way round now, so the ends of every link change places; one record is gone, and its two links with it. */
static void links_are_turned_where_records_have_changed_places(void **state) {
    (void)state;
    ck_error error = {0};
    ck_links links = {0};
    uint64_t carried = 0, record_a = ck_par_share(&comm, RECORDS, comm.rank);
    uint32_t record[RECORDS];
    for (uint32_t r = 0; r < RECORDS; r++)
        record[r] = r == GONE ? UINT32_MAX : RECORDS - 1 - r;
    write_chain();
    make_room(&links);
    if (comm.rank == comm.size - 1)
        put(&links, (uint32_t)record_a, RECORDS + 1); /* what this run has found */
    assert_int_equal(ck_links_carry(&comm, &error, FILE_NAME, record, RECORDS, &links, &carried), CK_OK);
    assert_int_equal(carried, RECORDS - 3);
    assert_at_home(&links, RECORDS - 2);
    for (uint64_t i = 0; i < links.n; i++)
        if (links.b[i] < RECORDS) {
            uint32_t was_a = RECORDS - 1 - links.b[i], was_b = RECORDS - 1 - links.a[i];
            assert_true(was_b == was_a + 1 && was_a != GONE && was_b != GONE);
            assert_true(links.weight[i] == 100 * was_a + was_b && links.pattern[i] == 7 * was_a && links.rule[i] == was_b);
        }
    ck_links_free(&links);
}

/* Every rank has links of all, in no order; a pair that two of them have is there twice. */
static void links_of_any_rank_come_home(void **state) {
    (void)state;
    ck_error error = {0};
    ck_links links;
    ck_link_item *items = malloc(2 * sizeof *items);
    uint32_t r = (uint32_t)comm.rank, n = (uint32_t)comm.size;
    items[0] = (ck_link_item){RECORDS - 1 - r, RECORDS + r, r, 0, r};
    items[1] = (ck_link_item){r, RECORDS + r, r, 0, r};
    assert_int_equal(ck_links_bring_home(&comm, &error, items, 2, RECORDS, &links), CK_OK);
    assert_at_home(&links, 2 * n);
    for (uint64_t i = 0; i < links.n; i++)
        assert_true(links.weight[i] == links.b[i] - RECORDS && links.rule[i] == links.b[i] - RECORDS);
    ck_links_free(&links);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(links_are_turned_where_records_have_changed_places, remove_file, remove_file),
        cmocka_unit_test(links_of_any_rank_come_home),
    };
    RUN_AT_RANKS(argc, argv, "carry_links", tests);
}
