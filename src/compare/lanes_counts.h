/** The counts behind the similarities for one vector of pairs, strings of at most L = 8, 12 or 16 bytes. Pure
 *  integer work in lanes; exact.h turns counts into doubles. L is a constant at each call, so all loops
 *  unroll. */
#ifndef CK_COMPARE_LANES_COUNTS_H
#define CK_COMPARE_LANES_COUNTS_H
#include "compare/lanes.h"

/** One vector of pairs, byte i of every string in plane i. What stands beyond a string's length is not looked
 *  at. */
typedef struct lane_batch {
    uint8_t a[16][CK_LANES], b[16][CK_LANES];
    uint8_t length_a[CK_LANES], length_b[CK_LANES];
} lane_batch __attribute__((aligned(64)));

typedef struct jaro_counts {
    lanes matches, differ, prefix; /**< differ: matched bytes out of order, twice the transpositions */
} jaro_counts;

/** Rows of a that equal b's byte j, among rows [begin, end). */
CK_INLINE rows equal_rows(const lane_batch *batch, lanes length_a, int begin, int end, lanes byte) {
    rows equal = rows_none();
#pragma GCC unroll 16
    for (int i = begin; i < end; i++) {
        lanes inside = lanes_above(length_a, lanes_all((uint8_t)i));
        rows row = rows_one(i, inside);
        lanes same = lanes_equal(lanes_load(batch->a[i]), byte);
        equal = rows_or(equal, rows_where(row, same));
    }
    return equal;
}

CK_INLINE lanes count_prefix(const lane_batch *batch, lanes shorter) {
    lanes prefix = lanes_all(0), still = lanes_all(0xFF);
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        still &= lanes_equal(lanes_load(batch->a[i]), lanes_load(batch->b[i])) &
                 lanes_above(shorter, lanes_all((uint8_t)i));
        prefix -= still;
    }
    return prefix;
}

/** Matched bytes that differ when both strings' matches are read in order. The k-th matches of a and b lie
 *  within the window of each other, as the matched pairs do, so the rows found while matching hold the
 *  answer.
 */
CK_INLINE lanes count_out_of_order(const int L, rows taken, const rows *equal, const lanes *matched) {
    lanes differ = lanes_all(0);
#pragma GCC unroll 16
    for (int j = 0; j < L; j++) {
        rows next = rows_lowest(taken);
        differ -= matched[j] & rows_empty(rows_and(equal[j], next), L > 8);
        taken = rows_xor(taken, rows_where(next, matched[j]));
    }
    return differ;
}

/** Jaro's counts: each byte of b takes the first free equal byte of a within the window of its lane. */
CK_INLINE jaro_counts count_jaro(const int L, const lane_batch *batch) {
    const int widest = L / 2 - 1;
    lanes length_a = lanes_load(batch->length_a), length_b = lanes_load(batch->length_b);
    lanes half = lanes_max(length_a, length_b) >> 1;
    lanes window = half + lanes_above(half, lanes_all(0)); /* one less, unless 0 */
    rows within = rows_none(), taken = rows_none(), equal[16];
    lanes matched[16], matches = lanes_all(0);
#pragma GCC unroll 16
    for (int i = 0; i <= widest; i++)
        within = rows_or(within, rows_one(i, ~lanes_above(lanes_all((uint8_t)i), window)));
#pragma GCC unroll 16
    for (int j = 0; j < L; j++) {
        int begin = j > widest ? j - widest : 0, end = j + widest + 1 < L ? j + widest + 1 : L;
        lanes inside = lanes_above(length_b, lanes_all((uint8_t)j));
        equal[j] = equal_rows(batch, length_a, begin, end, lanes_load(batch->b[j]));
        rows free = rows_where(rows_and(rows_and(equal[j], within), rows_not(taken)), inside);
        taken = rows_or(taken, rows_lowest(free));
        matched[j] = ~rows_empty(free, L > 8);
        matches -= matched[j];
        within = rows_next(within, ~lanes_above(lanes_all((uint8_t)(j + 1)), window) & 1);
    }
    return (jaro_counts){matches, count_out_of_order(L, taken, equal, matched),
                         count_prefix(batch, lanes_min(length_a, length_b))};
}

/** Edit distance, column by column: bit i of `rise` (`fall`) says that the cell in row i is one more (less)
 *  than the one above it (Myers 1999, Hyyrö 2003). */
CK_INLINE lanes count_edits(const int L, const lane_batch *batch) {
    lanes length_a = lanes_load(batch->length_a), length_b = lanes_load(batch->length_b);
    rows rise = rows_not(rows_none()), fall = rows_none(), last = rows_none();
    lanes distance = length_a;
#pragma GCC unroll 16
    for (int i = 0; i < L; i++)
        last = rows_or(last, rows_one(i, lanes_equal(length_a, lanes_all((uint8_t)(i + 1)))));
#pragma GCC unroll 16
    for (int j = 0; j < L; j++) {
        rows equal = equal_rows(batch, length_a, 0, L, lanes_load(batch->b[j]));
        rows vertical = rows_or(equal, fall);
        rows diagonal = rows_or(rows_xor(rows_add(rows_and(vertical, rise), rise), rise), vertical);
        rows more = rows_or(fall, rows_not(rows_or(diagonal, rise))), less = rows_and(rise, diagonal);
        lanes inside = lanes_above(length_b, lanes_all((uint8_t)j));
        distance -= inside & ~rows_empty(rows_and(more, last), L > 8);
        distance += inside & ~rows_empty(rows_and(less, last), L > 8);
        more = rows_next(more, lanes_all(1));
        less = rows_next(less, lanes_all(0));
        rise = rows_or(less, rows_not(rows_or(diagonal, more)));
        fall = rows_and(more, diagonal);
    }
    return lanes_choose(lanes_equal(length_a, lanes_all(0)), length_b, distance);
}

/** What a row of the unrestricted table keeps of earlier ones, for column j of every lane. */
typedef struct exchange_column {
    lanes equal; /**< 0xFF where a's byte of the row above is b's j-th */
    lanes gap;   /**< cell (k - 1, j - 2) - k of the last row k whose byte is b's j-th; modulo 256 */
} exchange_column;

/** Row i of the table. Of all exchanges of two bytes that lie apart only those need a look whose bytes are
 *  neighbours in one string (Zhao & Sahni 2019): those of b, where this row's byte is b's one before
 *  (`left_equal`), and those of a, where the byte of the row above is b's j-th. `now` holds row i - 2 on
 *  entry. */
CK_INLINE void fill_exchange_row(const int L, lanes byte, const lane_batch *batch, int i,
                                 exchange_column *column, const lanes *above, lanes *now) {
    const lanes far = lanes_all(100), row = lanes_all((uint8_t)i);
    lanes left_equal = lanes_all(0),
          gap = far; /* gap: cell (i - 2, l - 1) - l of the last column l that equals */
    lanes two_above_left = now[0];
    now[0] = row;
#pragma GCC unroll 16
    for (int j = 1; j <= L; j++) {
        lanes equal = lanes_equal(byte, lanes_load(batch->b[j - 1]));
        lanes best = lanes_min(above[j - 1] + 1 + equal, lanes_min(now[j - 1], above[j]) + 1);
        best = lanes_min(best, (column[j].gap + row) | ~left_equal);
        best = lanes_min(best, (gap + (uint8_t)j) | ~column[j].equal);
        if (j > 1)
            column[j].gap = lanes_choose(equal, above[j - 2] - row, column[j].gap);
        gap = lanes_choose(equal, two_above_left - (uint8_t)j, gap);
        column[j].equal = left_equal = equal;
        two_above_left = now[j];
        now[j] = best;
    }
}

/** Unrestricted Damerau–Levenshtein distance, by the whole table: a cell needs only cells before it, so each
 *  lane reads its answer where its strings end, whatever stands beyond. */
CK_INLINE lanes count_exchanges(const int L, const lane_batch *batch) {
    lanes length_a = lanes_load(batch->length_a), length_b = lanes_load(batch->length_b);
    lanes table[2][17], distance = length_b & lanes_equal(length_a, lanes_all(0));
    exchange_column column[17];
    for (int j = 0; j <= L; j++) {
        table[0][j] = lanes_all((uint8_t)j);
        table[1][j] = column[j].gap = lanes_all(100);
        column[j].equal = lanes_all(0);
    }
    for (int i = 1; i <= L; i++) {
        lanes *now = table[i & 1], ends = lanes_equal(length_a, lanes_all((uint8_t)i));
        fill_exchange_row(L, lanes_load(batch->a[i - 1]), batch, i, column, table[~i & 1], now);
#pragma GCC unroll 16
        for (int j = 0; j <= L; j++)
            distance |= now[j] & ends & lanes_equal(length_b, lanes_all((uint8_t)j));
    }
    return distance;
}

#endif
