/* The ranks' room. Run alone it is one rank; tests/ranks/rooms.sh runs it under mpirun at 1 to 4. */
#include "base/memory.h"
#include "par/calls.h"
#include "par/par.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "rank_test.h"

/* A byte that tells where it came from, where it goes and its place. */
static unsigned char mark(int from, int to, uint64_t i) {
    return (unsigned char)((uint64_t)from * 31 + (uint64_t)to * 7 + i * 3 + i / 251);
}

static void agree_takes_the_worst_status_of_the_lowest_rank(void **state) {
    (void)state;
    ck_error error = {0};
    assert_int_equal(ck_par_agree(&comm, &error), CK_OK);
    int last = comm.size - 1, before_last = last > 0 ? last - 1 : 0;
    if (comm.rank == 0)
        ck_fail(&error, CK_DATA, "from rank 0");
    if (comm.rank == last || comm.rank == before_last) {
        error.status = CK_OK;
        ck_fail(&error, CK_FILE, "from rank %d", comm.rank);
    }
    char expected[32];
    snprintf(expected, sizeof expected, "from rank %d", before_last);
    assert_int_equal(ck_par_agree(&comm, &error), CK_FILE);
    assert_string_equal(error.text, expected);
}

static void a_stop_stops_all_ranks_but_hides_no_failure(void **state) {
    (void)state;
    ck_error error = {0};
    int last = comm.size - 1;
    if (comm.rank == 0)
        ck_fail(&error, CK_STOPPED, "stopped");
    assert_int_equal(ck_par_agree(&comm, &error), CK_STOPPED);
    error = (ck_error){0};
    if (comm.rank == last)
        ck_fail(&error, CK_FILE, "disk full");
    else
        ck_fail(&error, CK_STOPPED, "stopped");
    assert_int_equal(ck_par_agree(&comm, &error), CK_FILE);
    error = (ck_error){0};
    ck_fail(&error, comm.rank == last ? CK_STOPPED : CK_NOT_CONVERGED, "rank %d", comm.rank);
    assert_int_equal(ck_par_agree(&comm, &error), CK_STOPPED);
}

static void sums_and_maxima_over_many_pieces(void **state) {
    (void)state;
    size_t n = (1u << 20) + 3; /* two pieces and a rest */
    ck_error error = {0};
    uint64_t *sum = ck_alloc(&error, n, 8), *max = ck_alloc(&error, n, 8);
    assert_true(sum && max);
    for (size_t i = 0; i < n; i++)
        sum[i] = max[i] = i + (uint64_t)comm.rank;
    ck_par_sum(&comm, sum, n);
    ck_par_max(&comm, max, n);
    uint64_t size = (uint64_t)comm.size;
    for (size_t i = 0; i < n; i++) {
        assert_true(sum[i] == size * i + size * (size - 1) / 2);
        assert_true(max[i] == i + size - 1);
    }
    /* every bit of a word counts: these have the highest set on the last rank alone */
    uint64_t high = comm.rank == comm.size - 1 ? UINT64_MAX - 1 : 7;
    ck_par_max(&comm, &high, 1);
    assert_true(high == UINT64_MAX - 1);
    for (size_t i = 0; i < n; i++)
        sum[i] = UINT64_C(1) << (i + (uint64_t)comm.rank) % 64;
    ck_par_or(&comm, sum, n);
    for (size_t i = 0; i < n; i++)
        assert_true(sum[i] >> (i + size - 1) % 64 & sum[i] >> i % 64 & 1);
    ck_free(sum);
    ck_free(max);
    uint64_t wraps = UINT64_MAX;
    ck_par_sum(&comm, &wraps, 1);
    assert_true(wraps == 0 - size);
}

static void prefix_sum_excludes_oneself(void **state) {
    (void)state;
    uint64_t before = 0;
    for (int r = 0; r < comm.rank; r++)
        before += (uint64_t)(r * r + 5);
    assert_true(ck_par_sum_before(&comm, (uint64_t)comm.rank * (uint64_t)comm.rank + 5) == before);
}

static void broadcast_from_every_root(void **state) {
    (void)state;
    size_t n = (4u << 20) + 17;
    ck_error error = {0};
    unsigned char *bytes = ck_alloc(&error, n, 1);
    assert_non_null(bytes);
    for (int root = 0; root < comm.size; root++) {
        for (size_t i = 0; i < n; i++)
            bytes[i] = comm.rank == root ? mark(root, 0, i) : 0;
        ck_par_broadcast(&comm, root, bytes, n);
        for (size_t i = 0; i < n; i++)
            assert_true(bytes[i] == mark(root, 0, i));
    }
    ck_free(bytes);
}

/* Rank r contributes; the second rank has nothing, the last one more than a message. */
static uint64_t contribution(int r) {
    return r == 1 ? 0 : r == comm.size - 1 ? (4u << 20) + 11 : 100 + (uint64_t)r;
}

static void check_gathered(const unsigned char *all, const uint64_t *offset) {
    uint64_t at = 0;
    for (int r = 0; r < comm.size; r++) {
        assert_true(offset[r] == at);
        for (uint64_t i = 0; i < contribution(r); i++)
            assert_true(all[at + i] == mark(r, 1, i));
        at += contribution(r);
    }
    assert_true(offset[comm.size] == at);
}

static void gathers_parts_in_rank_order(void **state) {
    (void)state;
    ck_error error = {0};
    uint64_t n = contribution(comm.rank), *offset;
    unsigned char *mine = ck_alloc(&error, n, 1);
    void *all;
    assert_non_null(mine);
    for (uint64_t i = 0; i < n; i++)
        mine[i] = mark(comm.rank, 1, i);
    assert_int_equal(ck_par_gather_all(&comm, &error, mine, n, &all, &offset), CK_OK);
    check_gathered(all, offset);
    ck_free(all);
    ck_free(offset);
    assert_int_equal(ck_par_gather(&comm, &error, mine, n, &all, &offset), CK_OK);
    if (comm.rank == 0)
        check_gathered(all, offset);
    else
        assert_true(all == NULL && offset == NULL);
    ck_free(all);
    ck_free(offset);
    ck_free(mine);
}

static void gather_carries_a_failure_of_one_rank_to_all(void **state) {
    (void)state;
    ck_error error = {0};
    if (comm.rank == comm.size - 1)
        ck_fail(&error, CK_DATA, "bad row");
    void *all;
    uint64_t *offset;
    assert_int_equal(ck_par_gather_all(&comm, &error, "x", 1, &all, &offset), CK_DATA);
    assert_string_equal(error.text, "bad row");
    assert_true(all == NULL && offset == NULL);
}

static uint64_t parcel(int from, int to, uint64_t scale) {
    return (from + 2 * to) % 3 == 0 ? 0 : scale * (uint64_t)(1 + from) + (uint64_t)to;
}

static void exchange_delivers_every_parcel(uint64_t scale) {
    ck_error error = {0};
    uint64_t *out = ck_alloc(&error, (size_t)comm.size, 8), *in = ck_alloc(&error, (size_t)comm.size, 8), total = 0;
    for (int to = 0; to < comm.size; to++)
        total += out[to] = parcel(comm.rank, to, scale);
    unsigned char *send = ck_alloc(&error, total, 1), *at = send;
    assert_true(out && in && send);
    for (int to = 0; to < comm.size; to++)
        for (uint64_t i = 0; i < out[to]; i++)
            *at++ = mark(comm.rank, to, i);
    void *received;
    assert_int_equal(ck_par_exchange(&comm, &error, send, out, &received, in), CK_OK);
    const unsigned char *p = received;
    for (int from = 0; from < comm.size; from++) {
        assert_true(in[from] == parcel(from, comm.rank, scale));
        for (uint64_t i = 0; i < in[from]; i++)
            assert_true(*p++ == mark(from, comm.rank, i));
    }
    ck_free(received);
    ck_free(send);
    ck_free(in);
    ck_free(out);
}

static void exchanges_small_large_and_nothing(void **state) {
    (void)state;
    exchange_delivers_every_parcel(10);
    exchange_delivers_every_parcel((5u << 20) + 1); /* several pieces to some, one to others */
    ck_error error = {0};
    uint64_t none[64] = {0}, in[64];
    void *received;
    assert_int_equal(ck_par_exchange(&comm, &error, NULL, none, &received, in), CK_OK);
    ck_free(received);
}

static void owner_is_the_rank_whose_share_holds_the_item(void **state) {
    (void)state;
    const uint64_t totals[] = {1, 2, 3, 7, 100, UINT64_C(1) << 40, UINT64_MAX};
    for (int size = 1; size <= 7; size++) {
        ck_comm other = {0, size, NULL};
        for (size_t k = 0; k < sizeof totals / sizeof *totals; k++)
            for (int r = 0; r < size; r++) {
                uint64_t begin = ck_par_share(&other, totals[k], r), end = ck_par_share(&other, totals[k], r + 1);
                if (begin == end)
                    continue;
                assert_int_equal(ck_par_owner(&other, totals[k], begin), r);
                assert_int_equal(ck_par_owner(&other, totals[k], end - 1), r);
            }
    }
}

/* The last rank has all the work, pieces with numbers; the others ask it and one another. Each piece is done once, whoever does it, and nobody leaves early. */
static void calls_hand_out_all_work_once(void **state) {
    (void)state;
    enum { PIECES = 100, WORDS = 100000 };
    ck_error error = {0};
    ck_calls calls;
    uint64_t next = comm.rank == comm.size - 1 ? 0 : PIECES, asks = 0, done[PIECES] = {0}, n, question[CK_QUESTION_WORDS];
    int who, other = comm.rank;
    assert_int_equal(ck_calls_open(&comm, &error, WORDS * sizeof(uint64_t), &calls), CK_OK);
    while (next < PIECES || !ck_calls_end(&calls)) {
        if (next < PIECES && (comm.size == 1 || asks % 2))
            done[next++]++;
        asks++;
        if (ck_calls_hear(&calls, &who, question)) {
            assert_int_equal(question[0], who);
            uint64_t words = next < PIECES ? 1 + next * (WORDS - 1) / PIECES : 0;
            for (uint64_t w = 0; w < words; w++)
                ((uint64_t *)calls.out)[w] = next;
            next += words > 0;
            ck_calls_answer(&calls, who, words * sizeof(uint64_t));
        }
        if (ck_calls_reply(&calls, &n) && n) {
            uint64_t piece = *(uint64_t *)calls.in;
            assert_in_range(piece, 0, PIECES - 1);
            assert_int_equal(n, (1 + piece * (WORDS - 1) / PIECES) * sizeof(uint64_t));
            assert_int_equal(((uint64_t *)calls.in)[n / sizeof(uint64_t) - 1], piece);
            done[piece]++;
        }
        if (next == PIECES && ck_calls_may_ask(&calls)) {
            other = (other + 1) % comm.size;
            if (other != comm.rank)
                ck_calls_ask(&calls, other, (uint64_t[]){(uint64_t)comm.rank, 0});
        }
    }
    ck_calls_close(&calls);
    ck_par_sum(&comm, done, PIECES);
    for (int piece = 0; piece < PIECES; piece++)
        assert_int_equal(done[piece], 1);
}

static void library_is_named_with_its_version(void **state) {
    (void)state;
    const char *text = ck_par_library();
    assert_true(strlen(text) > 3 && strlen(text) < 60);
    assert_null(strchr(text, ','));
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agree_takes_the_worst_status_of_the_lowest_rank),
        cmocka_unit_test(a_stop_stops_all_ranks_but_hides_no_failure),
        cmocka_unit_test(sums_and_maxima_over_many_pieces),
        cmocka_unit_test(prefix_sum_excludes_oneself),
        cmocka_unit_test(broadcast_from_every_root),
        cmocka_unit_test(gathers_parts_in_rank_order),
        cmocka_unit_test(gather_carries_a_failure_of_one_rank_to_all),
        cmocka_unit_test(exchanges_small_large_and_nothing),
        cmocka_unit_test(owner_is_the_rank_whose_share_holds_the_item),
        cmocka_unit_test(calls_hand_out_all_work_once),
        cmocka_unit_test(library_is_named_with_its_version),
    };
    RUN_AT_RANKS(argc, argv, "par", tests);
}
