/** What carrick report puts on its page, gathered from a result folder, and the sections that tell it. Sections are rank 0's; gathering is collective. */
#ifndef CK_CLI_REPORT_FACTS_H
#define CK_CLI_REPORT_FACTS_H
#include "cli/describe.h"
#include "report/report.h"
#include "store/households.h"

enum { CK_BITS_BELOW = 64, CK_BITS = 192, CK_REPORT_PAIRS = 4 };

/** A pair of links.h5 that stands for its agreement pattern, taken apart. */
typedef struct ck_report_pair {
    const char *why;           /**< it is shown */
    uint64_t pattern, alike;   /**< alike: pairs of links.h5 with the pattern */
    ck_explanation explanation;
} ck_report_pair;

typedef struct ck_report_facts {
    ck_workspace *work;
    ck_report report;
    ck_description d;
    json_t *ingest, *evaluation, *estimates, *subgroups, *review; /**< NULL where they are not there, or not of these persons */
    bool stale;                /**< estimates or subgroups lie there that are of other persons */
    uint64_t bits[CK_BITS];    /**< links by whole bits from the decision: [CK_BITS_BELOW + k] has those from decision + k to decision + k + 1 */
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    uint32_t npairs;
    ck_report_pair pair[CK_REPORT_PAIRS];
    bool hide_links;           /**< how many links are at or above the decision is hidden */
    bool hide_linked;          /**< how many records are linked is hidden */
} ck_report_facts;

/** Expressions for --by where it is not given: the columns that tell age, sex, area, deprivation and ethnicity. Caller frees; "" for none. */
char *ck_report_groupings(ck_error *error, const ck_schema *schema);
/** CK_USAGE where an expression of the list would show what tells a person. */
ck_status ck_report_check_groupings(ck_error *error, const ck_schema *schema, const char *by);

/** The expression in words, where it is one of those that the page takes itself; a class of it, whose kind is a ck_class_word. */
void ck_report_by_text(const ck_report_facts *f, const char *by, char *text, size_t room);
void ck_report_class_text(const ck_report_facts *f, const char *by, const char *kind, const char *value, uint64_t values, char *text, size_t room);

/** Are the links those of one model? Rules' weights are an order, and every stage of a job has its own scale. */
bool ck_report_is_weighed(const ck_report_facts *f);

/** Links by weight; a few pairs, by the model that weighed them. Collective (report_weights.c). */
ck_status ck_report_weights(ck_report_facts *f, ck_error *error, const ck_links *links);
ck_status ck_report_pairs(ck_report_facts *f, ck_error *error, const ck_links *links);

/** Would the share that `right` is of n tell a small number of right or of other ones? (report_quality.c) */
bool ck_report_tells_few(const ck_report_facts *f, uint64_t right, uint64_t n);

/** Of pairs inside persons: measured against truth where they were, else expected; NAN where that would tell a small number, or is not known. @return whether they
 *  were measured */
bool ck_report_precision_recall(const ck_report_facts *f, double *precision, double *recall);

/* Sections, in the order of the page. */
void ck_report_flow(ck_report_facts *f);      /**< report_flow.c */
void ck_report_groups(ck_report_facts *f);
void ck_report_histogram(ck_report_facts *f); /**< report_model.c */
void ck_report_model(ck_report_facts *f);
void ck_report_waterfalls(ck_report_facts *f);
void ck_report_quality(ck_report_facts *f);   /**< report_quality.c */
void ck_report_persons(ck_report_facts *f, const ck_households *households); /**< report_data.c; NULL where there are none */
void ck_report_data(ck_report_facts *f);
void ck_report_statement(ck_report_facts *f); /**< report_statement.c */

/** Begin a table whose columns' headings are the rest. */
#define CK_TABLE(report, id, chart, format, caption, ...) ck_report_table(report, id, chart, format, (const char *const[]){__VA_ARGS__}, caption)

#endif
