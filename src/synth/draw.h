/** Chance that depends on nothing but what is drawn for: every value is a pure function of (seed, stream, number), so
 *  any rank or thread can make any person or row, and a new question to one stream leaves all others as they were.
 *  Integers only. Local, thread-safe.
 *
 *      ck_draw draw = ck_draw_of(seed, CK_STREAM_ERRORS, row);
 *      if (ck_draw_chance(&draw, 3000)) ...          3 % of rows
 */
#ifndef CK_SYNTH_DRAW_H
#define CK_SYNTH_DRAW_H
#include "base/hash.h"
#include <stdbool.h>

/** What is drawn. Adding one at the end changes no region that exists. */
typedef enum ck_stream {
    CK_STREAM_HOUSEHOLDS, /**< sizes of the households of a neighbourhood */
    CK_STREAM_HOUSEHOLD,  /**< kind, community, surname of a household */
    CK_STREAM_COMMUNITY,  /**< of a person that lives with unrelated ones */
    CK_STREAM_PLACE,      /**< postcode and door of a home */
    CK_STREAM_BIRTH,      /**< sex and age of a person */
    CK_STREAM_BIRTHDAY,   /**< day of the year */
    CK_STREAM_FORENAME,
    CK_STREAM_SURNAME,
    CK_STREAM_HISTORY,    /**< earlier homes and surnames of a person */
    CK_STREAM_NUMBER,     /**< has the person an NHS number */
    CK_STREAM_STREET,     /**< street of a postcode */
    CK_STREAM_TAIL,       /**< a rarer surname by its rank */
    CK_STREAM_ROW,        /**< whose row it is, and of which source */
    CK_STREAM_ERRORS,     /**< what goes wrong in a row */
    CK_STREAM_ORDER,      /**< order of the rows */
    CK_STREAM_UNITS,      /**< order in which postcodes are used */
    CK_STREAM_NHS,        /**< order in which NHS numbers are given */
    CK_STREAM_START,      /**< a household that begins in a home */
    CK_STREAM_LIFE,       /**< what happens to a person in a quarter */
    CK_STREAM_HOME,       /**< what happens to a home in a quarter */
    CK_STREAM_TURN,       /**< who exchanges homes with whom in a quarter */
    CK_STREAM_DWELLING,   /**< where a home lies at first */
    CK_STREAM_FACT,       /**< what a dwelling or an area is like */
    CK_STREAM_UPRN,       /**< order in which UPRNs are given */
    CK_STREAM_MEMBER,     /**< is a person in a source, since when */
    CK_STREAM_CONTACT,    /**< does a source hear of a person in a quarter */
    CK_STREAM_HEARD,      /**< how a source writes what it heard */
    CK_STREAM_EVENT,      /**< events of a person in a quarter */
    CK_STREAM_PAYLOAD,    /**< what a row says beside who it is about */
    CK_STREAM_ID,         /**< ids of rows */
    CK_STREAM_PERSON      /**< opt-outs and the like */
} ck_stream;

typedef struct ck_draw {
    uint64_t state;
} ck_draw;

/** Multiples of the golden ratio are far apart modulo 2^64. */
#define CK_GOLDEN UINT64_C(0x9E3779B97F4A7C15)

static inline ck_draw ck_draw_of(uint64_t seed, ck_stream stream, uint64_t number) {
    uint64_t key = ck_hash_mix(seed * CK_GOLDEN + (uint64_t)stream + 1);
    return (ck_draw){ck_hash_mix(key ^ ck_hash_mix(number + CK_GOLDEN))};
}

static inline uint64_t ck_draw_next(ck_draw *draw) {
    draw->state += CK_GOLDEN;
    return ck_hash_mix(draw->state);
}

/** Evenly from [0, n), n >= 1. */
static inline uint64_t ck_draw_below(ck_draw *draw, uint64_t n) {
    return (uint64_t)((unsigned __int128)ck_draw_next(draw) * n >> 64);
}

/** True `per_100k` times in 100,000. */
static inline bool ck_draw_chance(ck_draw *draw, uint32_t per_100k) {
    return ck_draw_below(draw, 100000) < per_100k;
}

/** A permutation of [0, n) by stream; n >= 1. Inverse not needed. */
uint64_t ck_permute(uint64_t seed, ck_stream stream, uint64_t n, uint64_t i);

/** One of weighted choices. */
typedef struct ck_picker {
    uint32_t n;
    uint64_t *below; /**< [n] weights summed up to and with each choice */
} ck_picker;
static inline uint32_t ck_pick(const ck_picker *picker, ck_draw *draw) {
    uint64_t x = ck_draw_below(draw, picker->below[picker->n - 1]);
    uint32_t low = 0, high = picker->n - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (x < picker->below[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

#endif
