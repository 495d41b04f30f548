/** Do the job's comparisons know what ingest found of birth dates that stand for none? Chosen ones do, and `preset: birth_date`; written ladders, Splink's among them,
 *  stay as they are written, and it is said what they overlook. */
#include "base/log.h"
#include "cli/json_out.h"
#include "cli/stages.h"
#include <string.h>

/* A day of the year that fewer of a source's dates have changes next to no weight. */
static const double least_day_share = .02;

static const char *text_at(const json_t *object, const char *name) {
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/** A single date is taken for none by the null level, a day of every year weighs less by term frequencies. */
static bool is_heeded(const ck_comparison *comparison, uint32_t column, bool day, const char *value) {
    const ck_level *null = &comparison->level[0];
    if (!day)
        return null->is_null && strstr(null->label, value);
    for (uint32_t i = 0; i < comparison->nlevels; i++)
        if (comparison->level[i].tf_column == column)
            return true;
    return false;
}

/** The finding that most of a source's dates are of and that the comparison overlooks, or NULL. */
static const json_t *find_overlooked(const json_t *hazards, const ck_schema *schema, const ck_comparison *comparison) {
    const json_t *worst = NULL;
    size_t i;
    json_t *hazard;
    json_array_foreach(hazards, i, hazard) {
        bool day = strcmp(text_at(hazard, "hazard"), "day") == 0;
        double share = ck_json_real_at(hazard, "share");
        uint32_t c = 0;
        while (c < schema->ncolumns && strcmp(schema->name[c], text_at(hazard, "column")) != 0)
            c++;
        if (c == schema->ncolumns || !(day ? share >= least_day_share : strcmp(text_at(hazard, "hazard"), "date") == 0) ||
            !ck_comparison_is_of(comparison, c) || is_heeded(comparison, c, day, text_at(hazard, "value")))
            continue;
        if (!worst || share > ck_json_real_at(worst, "share"))
            worst = hazard;
    }
    return worst;
}

void ck_warn_of_dates(const ck_workspace *work) {
    json_t *told = work->cli->comm.rank == 0 ? ck_json_load(work->folder, "ingest.json") : NULL;
    for (uint32_t k = 0; k < work->job.comparisons.n && told; k++) {
        const ck_comparison *comparison = &work->job.comparisons.comparison[k];
        const json_t *worst = find_overlooked(json_object_get(told, "hazards"), &work->job.schema, comparison);
        if (worst)
            ck_log(CK_LOG_WARN, "source %s: %.1f %% of %s are %s, far more than are born then, and comparison '%s' takes them for birth dates like any other; "
                   "'preset: birth_date' does not, nor does %s.", text_at(worst, "source"), 100 * ck_json_real_at(worst, "share"), text_at(worst, "column"),
                   text_at(worst, "value"), comparison->name,
                   strcmp(text_at(worst, "hazard"), "day") == 0 ? "'term_frequency: true' at its level 'exact'" : "a date that is listed in 'missing' of the column");
    }
    json_decref(told);
}
