/** The file of 'carrick pseudonymise' (docs/pseudonymise.md): one source as a job has it, and the coded columns that are written of it. Local. */
#ifndef CK_JOB_CODING_H
#define CK_JOB_CODING_H
#include "job/job.h"

typedef enum ck_coding_method { CK_CODE_HMAC, CK_CODE_OPENPSEUDONYMISER, CK_CODE_CLK } ck_coding_method;

/** One coded column. */
typedef struct ck_coding {
    char *name;            /**< header that is written */
    ck_coding_method method;
    uint32_t nof;
    char **of;             /**< [nof] texts of the expressions: labels of the fields of a CLK */
    ck_expr *expr;         /**< [nof] */
    uint32_t nnames;
    char **names;          /**< [nof] of OpenPseudonymiser: names that order the values */
    char *label;           /**< before the value of an HMAC; NULL: none */
    uint32_t bits, hashes, q;
    bool balance, fold;
} ck_coding;

typedef enum ck_coded_id { CK_ID_PSEUDONYM, CK_ID_KEEP, CK_ID_DROP } ck_coded_id;

typedef struct ck_coding_job {
    ck_job job;            /**< of which only the source and the schema are there */
    ck_coded_id id;
    uint32_t n;
    ck_coding *coding;
    uint32_t nkeep;
    char **keep;           /**< headers that go out as they are */
} ck_coding_job;

/** Parse and validate. CK_USAGE and CK_FILE naming file and line. Free it also after an error. */
ck_status ck_coding_parse(ck_error *error, const char *text, const char *path, const char *const *overrides, uint32_t noverrides, ck_coding_job *job);
void ck_coding_free(ck_coding_job *job);
/** The keys as Markdown (docs/pseudonymise.md holds it word for word). Caller frees. */
ck_status ck_coding_reference(ck_error *error, char **text);

#endif
