/** Tracing: rows that lack a number get that of one person of an index (docs/trace.md).
 *
 *  The rules are data: steps in order, each of which finds candidates by keys and keeps those of whom all its conditions hold, and parts that make a score. A
 *  person of the index may have several rows (names, addresses, numbers that were superseded); a condition holds for a person when it does for one of the rows,
 *  and a part of the score is the best over them. All pairs are never compared: who shares no key with a row is no candidate.
 *
 *      ck_trace_open(comm, error, &people, &rules, kernels, &trace);
 *      ck_trace_run(trace, error, threads, &answers);
 *      for (i = 0; i < answers.n; i++) ck_trace_number(trace, answers.answer[i].person);
 *      ck_trace_close(trace);
 *
 *  Every rank holds the codes of all records in the columns that the rules read (4 bytes each) and the index's keys (16 bytes each).
 */
#ifndef CK_TRACE_TRACE_H
#define CK_TRACE_TRACE_H
#include "condition/evaluate.h"
#include "store/people.h"

enum { CK_TRACE_KEY_PARTS = 8, CK_TRACE_STEPS = 16, CK_TRACE_KEYS = 8, CK_TRACE_CONDITIONS = 16, CK_TRACE_PARTS = 8, CK_TRACE_LEVELS = 16, CK_TRACE_NICKNAMES = 256 };

/** Expressions that must all be equal. */
typedef struct ck_trace_key {
    uint32_t n;
    ck_expr part[CK_TRACE_KEY_PARTS];
} ck_trace_key;

typedef struct ck_trace_step {
    char *name;
    uint32_t indicator;                  /**< number of the step in results */
    uint32_t nneeds, nkeys, nwhen;
    ck_expr needs[CK_TRACE_KEY_PARTS];   /**< that a row must have, or the step is passed over */
    ck_trace_key key[CK_TRACE_KEYS];     /**< any of them makes a candidate */
    ck_condition when[CK_TRACE_CONDITIONS];
    double score;                        /**< of whom it finds; NAN: candidates are scored by the parts, and the best is found */
} ck_trace_step;

typedef enum ck_trace_by {
    CK_TRACE_LEVELS_OF,  /**< the score of the first condition that is true */
    CK_TRACE_SIMILARITY, /**< Jaro–Winkler similarity, times 100 */
    CK_TRACE_PREFIX      /**< characters that both begin with, of the longer one's, times 100 */
} ck_trace_by;

/** A part of the score, 0 to 100. It is null where either side is missing and no condition is true. */
typedef struct ck_trace_part {
    char *name;
    uint32_t by;                         /**< ck_trace_by */
    bool nicknames;                      /**< of CK_TRACE_SIMILARITY: two names of one group are as good as equal */
    ck_expr on;
    uint32_t nlevels;
    ck_condition level[CK_TRACE_LEVELS];
    double score[CK_TRACE_LEVELS];
} ck_trace_part;

typedef enum ck_trace_code {
    CK_TRACE_FOUND,
    CK_TRACE_SUPERSEDED, /**< found, and the row's own number was superseded by the one that is found */
    CK_TRACE_SEVERAL,    /**< the best candidates are too close to one another */
    CK_TRACE_INVALID,    /**< nobody, and the number as it was given is none */
    CK_TRACE_NOBODY,     /**< looked for and not found */
    CK_TRACE_TOO_LITTLE, /**< no step has what it needs */
    CK_TRACE_EMPTY,      /**< there is nothing to look for */
    CK_TRACE_CODES
} ck_trace_code;

typedef struct ck_trace_rules {
    char *index;                         /**< source that knows the numbers */
    uint32_t number, superseded_by, as_given; /**< columns; the last two may be UINT32_MAX */
    uint32_t nsteps, nparts, nnicknames;
    ck_trace_step *step;                 /**< [nsteps] */
    ck_trace_part *part;                 /**< [nparts] */
    char **nickname;                     /**< [nnicknames] names of a group, with a space between */
    uint64_t candidates;                 /**< that are scored, those of most keys first */
    double margin;                       /**< a second candidate at most so far below the best makes several */
    double least;                        /**< score below which nobody is found */
    char *nobody, *several;              /**< numbers that say so */
    char *code[CK_TRACE_CODES];
} ck_trace_rules;
void ck_trace_rules_free(ck_trace_rules *rules); /**< the content */

enum { CK_TRACE_NULL = -1 };
/** What a record is told. Scores are in hundredths of a point, CK_TRACE_NULL where there is none. */
typedef struct ck_trace_answer {
    uint32_t record;
    uint32_t person;                     /**< for ck_trace_number; 0: nobody */
    uint8_t step;                        /**< place in the rules of the step that decided; nsteps: none did */
    uint8_t code;                        /**< ck_trace_code */
    int16_t candidates;                  /**< that were scored or left by the deciding step; capped at INT16_MAX */
    int32_t score;
    int32_t part[CK_TRACE_PARTS];
} ck_trace_answer;

typedef struct ck_trace_answers {
    uint64_t n;                          /**< records of the other sources, in order */
    ck_trace_answer *answer;             /**< on every rank; the caller frees */
} ck_trace_answers;

typedef struct ck_trace ck_trace;

/** `people` with codes, borrowed, as are the rules. Collective. */
ck_status ck_trace_open(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_trace_rules *rules, const ck_kernels *kernels, ck_trace **trace);
/** Collective; the same answers on any number of ranks and threads. */
ck_status ck_trace_run(ck_trace *trace, ck_error *error, ck_trace_answers *answers);
void ck_trace_close(ck_trace *trace); /**< accepts NULL */

/** Number of the person of an answer. Local. */
ck_span ck_trace_number(const ck_trace *trace, uint32_t person);
/** Records [*begin, *end) of the returned list are the person's rows in the index. Local. */
const uint32_t *ck_trace_rows(const ck_trace *trace, uint32_t person, uint32_t *begin, uint32_t *end);
/** Persons of the index, numbered from 1; 0 is nobody. */
uint32_t ck_trace_persons(const ck_trace *trace);

#endif
