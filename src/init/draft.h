/** The job in the making: every extract with the guesses about its columns, then what they have in common. Local.
 *
 *      scan and guess each file (guess.h) -> settle each alone (settle.c: ids, dates of three columns) ->
 *      agree (agree.c: names and kinds, what only one file has) -> once (once.c: does a file hold a person once?)
 */
#ifndef CK_INIT_DRAFT_H
#define CK_INIT_DRAFT_H
#include "init/guess.h"

enum { CK_DRAFT_NAME = 128, CK_DRAFT_COLUMNS = 24 };

typedef struct ck_draft_file {
    ck_extract extract;
    ck_guess *guess;          /**< [ncolumns] */
    char name[CK_DRAFT_NAME]; /**< of the source */
    int64_t id;               /**< column of the row's id, or -1: rows are known by their numbers */
    char id_why[CK_GUESS_WHY];
    bool unique;
    char unique_why[CK_GUESS_WHY];
} ck_draft_file;

typedef struct ck_draft {
    uint32_t nfiles;
    ck_draft_file *file;
} ck_draft;

/** Columns that say the same, the row's id, dates made of several columns. CK_FILE, CK_MEMORY. */
ck_status ck_draft_settle(ck_error *error, ck_draft_file *file);
/** Names of people and postcodes in columns whose headers say nothing, by their values. CK_MEMORY. */
ck_status ck_draft_find_unnamed(ck_error *error, ck_draft_file *file);
/** Can a full name be cut into forename and surname (guess.split)? CK_MEMORY. */
ck_status ck_draft_find_splits(ck_error *error, ck_draft_file *file);
/** One name and kind for what several files have. CK_MEMORY. */
ck_status ck_draft_agree(ck_error *error, ck_draft *draft);
/** One name for columns of several files that hold the same under other names, by their values. CK_MEMORY. */
ck_status ck_draft_pair(ck_error *error, ck_draft *draft);
/** Does each file hold a person once? Only with good evidence. */
ck_status ck_draft_find_once(ck_error *error, ck_draft *draft);
/** Leave out what only one of several files has, since all of them hold a person once. */
void ck_draft_drop_lonely(ck_draft *draft);
/** The job's text, with the evidence as comments. The caller frees. */
ck_status ck_draft_write(ck_error *error, const ck_draft *draft, char **text);

static inline const char *ck_draft_header(const ck_draft_file *file, uint32_t column) { return file->extract.column[column].header; }
/** The column that is called so in the job, or -1; forename and surname may be parts of one. */
int64_t ck_draft_find(const ck_draft_file *file, const char *name);
/** Are all files known to hold a person once? */
bool ck_draft_all_once(const ck_draft *draft);

#endif
