/** statement.md: the items of GUILD and RECORD that a run can answer, with its numbers, and those that people have to write. */
#include "base/memory.h"
#include "cli/console.h"
#include "cli/describe.h"
#include "cli/files.h"
#include "cli/json_out.h"
#include <stdio.h>

static const char *count_text(const ck_description *d, uint64_t count, char text[CK_COUNT_TEXT]) {
    if (count > 0 && count < d->suppress)
        snprintf(text, CK_COUNT_TEXT, "fewer than %llu", (unsigned long long)d->suppress);
    else
        ck_count_text(count, text);
    return text;
}

static void write_data(FILE *out, const ck_description *d) {
    const ck_people *people = &d->work->people;
    char text[CK_COUNT_TEXT];
    fputs("## Data provided (GUILD 1; RECORD 7.1, 12.1, 12.2)\n\n", out);
    for (uint32_t s = 0; s < people->nsources; s++)
        fprintf(out, "- Source `%s`: %s records%s.\n", people->source[s].name,
                count_text(d, people->source[s].record_end - people->source[s].record_begin, text),
                people->source[s].unique ? ", which hold a person once" : "");
    fprintf(out, "- Rows left out: %s (rejects.csv has their reasons). ", count_text(d, ck_run_record_count(&d->work->record, "ingest", "rejected"), text));
    fputs("Cleaning by kind of column: docs/cleaning.md; what it changed or dropped: ingest.json, `carrick profile`.\n", out);
    fputs("- *To be written by people:* how and why the data were collected, who is in them and who is not, consent and opt-outs.\n\n", out);
}

static void write_method(FILE *out, const ck_description *d) {
    static const char *const method[] = {"greedy merging of clusters", "best links first", "connected components"};
    const ck_job *job = &d->work->job;
    char text[CK_COUNT_TEXT];
    fputs("## Linkage (GUILD 2; RECORD 1.3, 12.3)\n\n", out);
    if (job->npasses) {
        fprintf(out, "- In stages, at the level of persons, with Carrick %s; each has rules or a model of its own, and a statement in its folder of stages/:", CARRICK_VERSION);
        for (uint32_t k = 0; k < job->npasses; k++)
            fprintf(out, "%s %s", k ? "," : "", job->pass[k]);
        fprintf(out, ".\n- %s pairs that a stage makes.\n\n", count_text(d, ck_run_record_count(&d->work->record, "link", "candidates"), text));
        return;
    }
    if (job->cascade.n) {
        fprintf(out, "- Deterministic, at the level of persons, with Carrick %s; %u rules in order, of which the first that holds decides: job.resolved.yaml.\n", CARRICK_VERSION,
                job->cascade.n);
        fprintf(out, "- %s pairs that a rule makes; persons by %s.\n\n", count_text(d, ck_run_record_count(&d->work->record, "link", "candidates"), text),
                method[job->cluster]);
        return;
    }
    fprintf(out, "- Probabilistic (Fellegi and Sunter), at the level of persons, with Carrick %s; %u blocking rules and %u comparisons: job.resolved.yaml, model.json.\n",
            CARRICK_VERSION, job->rules.n, job->comparisons.n);
    fprintf(out, "- %s candidate pairs. ", count_text(d, ck_run_record_count(&d->work->record, "link", "candidates"), text));
    fprintf(out, "Links have a match weight of at least %.4g bits; persons by %s.\n\n", d->decision, method[job->cluster]);
}

static void write_flow(FILE *out, const ck_description *d) {
    ck_rate all = d->rate[0][0];
    char linked[CK_COUNT_TEXT], unlinked[CK_COUNT_TEXT], persons[CK_COUNT_TEXT];
    fputs("## Numbers at each stage (RECORD 6.3, 13.1)\n\n", out);
    fprintf(out, "%s records have a partner, %s have none; %s persons. flow.csv has every step, linked.csv those linked and not linked by group.\n\n",
            count_text(d, all.linked, linked), count_text(d, all.unlinked, unlinked), count_text(d, d->persons, persons));
}

static void write_quality(FILE *out, const ck_description *d) {
    json_t *evaluation = ck_json_load(d->work->folder, "evaluation.json"), *estimates = ck_json_load(d->work->folder, "estimates.json"), *review = ck_json_load(d->work->folder, "review.json");
    const json_t *closure = json_object_get(evaluation, "closure");
    const ck_run_record *record = &d->work->record;
    char p[CK_COUNT_TEXT], r[CK_COUNT_TEXT];
    fputs("## Quality of the linkage (GUILD 2 and 4; RECORD 12.3, 19.1)\n\n", out);
    if (evaluation && ck_run_record_stage(record, "evaluate"))
        fprintf(out, "- Against truth: precision %s and recall %s of the pairs inside persons; intervals in evaluation.json.\n",
                ck_measure_text(ck_json_real_at(closure, "precision"), p), ck_measure_text(ck_json_real_at(closure, "recall"), r));
    if (estimates && ck_run_record_is_of_persons(record, estimates))
        fputs("- Expected without truth: estimates.json.\n", out);
    if (review)
        fputs("- Clerical review: review.json.\n", out);
    if (!evaluation && !estimates && !review)
        fputs("- Not assessed yet: `carrick evaluate`, `estimate` and `review` do.\n", out);
    if (!d->work->job.npasses && !d->work->job.cascade.n)
        fputs("- Sensitivity to the decision: `carrick sensitivity`.\n", out);
    fputs("- Contradictions inside persons: conflicts.csv.\n", out);
    fputs("- *To be written by people:* what missed and false links mean for the analysis.\n\n", out);
    json_decref(review);
    json_decref(estimates);
    json_decref(evaluation);
}

static void write_rest(FILE *out) {
    fputs("## Analysis and reporting (GUILD 3 and 4; RECORD 22.1)\n\n"
          "- The job, the model and the software's version are in the result folder, and the job runs again from there.\n"
          "- *To be written by people:* how linkage error was allowed for in the analysis; who may see protocol, code and data.\n", out);
}

ck_status ck_describe_statement(ck_error *error, const ck_description *d) {
    char *path = ck_path_join(error, d->folder, "statement.md");
    ck_out_file file = {0};
    if (path && ck_out_open(error, path, &file) == CK_OK) {
        fprintf(file.stream, "# Statement of linkage: %s\n\nThe items of GUILD (Gilbert and others 2018) and RECORD (Benchimol and others 2015) that the run can answer.\n\n",
                d->work->job.name);
        write_data(file.stream, d);
        write_method(file.stream, d);
        write_flow(file.stream, d);
        write_quality(file.stream, d);
        write_rest(file.stream);
        ck_out_commit(error, &file);
    }
    ck_out_close(&file);
    ck_free(path);
    return error->status;
}
