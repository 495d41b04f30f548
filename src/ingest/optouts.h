/** Opt-outs: rows that are left out before anything of them is kept, compared or counted by value.
 *
 *  A person is opted out who is on the job's list (or was sent to the national check service and did not come back), or one of whose rows has the flag.
 *  The numbers are in memory while the extracts are read, and nowhere else. */
#ifndef CK_INGEST_OPTOUTS_H
#define CK_INGEST_OPTOUTS_H
#include "csv/csv.h"
#include "ingest/plan.h"

/** Who and what goes. All are sorted, without repeats. */
typedef struct ck_optouts {
    uint64_t *number, *row, *asked; /**< NHS numbers; ck_optouts_row_key of rows; NHS numbers that were sent to the check service */
    size_t nnumbers, nrows, nasked, number_room, row_room, asked_room;
} ck_optouts;

/** Of a row by its source's name and its id: what stands for it in `row`. */
uint64_t ck_optouts_row_key(const char *source, ck_span id);
bool ck_optouts_has_number(const ck_optouts *set, uint64_t number);
bool ck_optouts_has_row(const ck_optouts *set, const char *source, ck_span id);
ck_status ck_optouts_add_number(ck_error *error, ck_optouts *set, uint64_t number);
ck_status ck_optouts_add_row(ck_error *error, ck_optouts *set, uint64_t key);
void ck_optouts_sort(ck_optouts *set); /**< after adding, before asking */
void ck_optouts_free(ck_optouts *set); /**< wipes it; accepts a zeroed struct */
/** A number as text of ten digits; 0 for any other text. */
uint64_t ck_optouts_number(ck_span digits);

/** The NHS numbers of a file, one a line; blanks around them, a comma behind, CR, a byte-order mark and empty lines do not count. CK_DATA naming the line that
 *  is no valid number. Local. */
ck_status ck_optouts_read_file(ck_error *error, const char *path, ck_optouts *set);
/** The list of the job, and who was sent and did not return. CK_DATA when somebody returned who was not sent. Local. */
ck_status ck_optouts_read_list(ck_error *error, const ck_optout_spec *spec, ck_optouts *set);

/** Look through the sources' files: the flagged rows, or with `all` the number of every row to which opt-outs apply. The same set on all ranks. Collective. */
ck_status ck_optouts_scan(const ck_comm *comm, ck_error *error, const ck_plan *plan, bool all, ck_optouts *set);
/** Everybody and everything that goes, by list and flag, and `more` (may be NULL). Collective. */
ck_status ck_optouts_find(const ck_comm *comm, ck_error *error, const ck_plan *plan, const ck_optouts *more, ck_optouts *set);
/** The distinct valid numbers of the sources that opt-outs apply to. Collective. */
ck_status ck_optouts_request(const ck_comm *comm, ck_error *error, const ck_ingest_spec *spec, ck_optouts *set);

/** Of the rows of a source. All u64, so that they can be summed. */
typedef struct ck_optout_counts {
    uint64_t left_out;
    uint64_t flagged, near; /**< rows with the flag; with what may have been meant for it, which stay */
    uint64_t unasked;       /**< rows with a number that nobody asked the check service about; they stay unless something else says that they go */
} ck_optout_counts;
/** Warn of what looks as if opt-outs were overlooked. Local. */
void ck_optouts_warn(const ck_plan *plan, const ck_optout_counts *counts);

/** What one reader needs to look at rows. */
typedef struct ck_optout_look {
    char *joined, *clean;
    size_t joined_room, clean_room;
} ck_optout_look;
/** How a row's flag reads. NEAR: as one of the values but for capitals, blanks and quotes, so that somebody should look. */
typedef enum ck_optout_flag { CK_OPTOUT_NONE, CK_OPTOUT_NEAR, CK_OPTOUT_FLAGGED } ck_optout_flag;
ck_optout_flag ck_optout_flag_of(const ck_plan *plan, const ck_plan_file *file, const ck_csv *csv);
/** The row's valid number, or 0. */
ck_status ck_optout_number_of(ck_error *error, ck_optout_look *look, const ck_plan *plan, const ck_plan_file *file, const ck_csv *csv, uint64_t *number);
/** Does the row go? It is counted. */
ck_status ck_optout_goes(ck_error *error, ck_optout_look *look, const ck_plan *plan, const ck_plan_file *file, const ck_csv *csv, const ck_optouts *set,
                         ck_optout_counts *counts, bool *goes);
void ck_optout_look_free(ck_optout_look *look);

#endif
