/** The items of GUILD, RECORD and QAFDL: what the run can answer, and what people must write. */
#include "cli/json_out.h"
#include "cli/report_facts.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ANSWER_MOST = 400 };
typedef void answer_item(const ck_report_facts *f, char answer[ANSWER_MOST]);

#define SAY(...) snprintf(answer, ANSWER_MOST, __VA_ARGS__)

static void say_sources(const ck_report_facts *f, char answer[ANSWER_MOST]) {
    SAY("%u source%s, %u columns for linking; Flow and The data as they came.", f->work->people.nsources, f->work->people.nsources == 1 ? "" : "s", f->work->job.ingest.ncolumns);
}
static void say_variables(const ck_report_facts *f, char answer[ANSWER_MOST]) {
    const ck_job *job = &f->work->job;
    SAY("Columns for linking:");
    for (uint32_t c = 0; c < job->ingest.ncolumns && c < job->schema.ncolumns; c++) {
        size_t used = strlen(answer);
        snprintf(answer + used, ANSWER_MOST - used, "%s %s", c ? "," : "", job->schema.name[c]);
    }
}
static void say_cleaning(const ck_report_facts *f, char answer[ANSWER_MOST]) {
    (void)f;
    SAY("Cleaned by kind of column; what was changed, empty, a placeholder or invalid stands in The data as they came.");
}
static void say_flow(const ck_report_facts *f, char answer[ANSWER_MOST]) {
    SAY("Flow: received, opted out, rejected, records, pairs, linked at each %s, not linked, persons.", f->work->job.npasses ? "stage" : "rule");
}
static void say_method(const ck_report_facts *f, char answer[ANSWER_MOST]) {
    static const char *const method[] = {"greedy merging of clusters", "best links first", "connected components"};
    const ck_job *job = &f->work->job;
    if (job->npasses) {
        SAY("Linked at the level of persons in stages, each by rules or a model of its own:");
        for (uint32_t k = 0; k < job->npasses; k++) {
            size_t used = strlen(answer);
            snprintf(answer + used, ANSWER_MOST - used, "%s %s", k ? "," : "", job->pass[k]);
        }
    } else if (job->cascade.n) {
        SAY("Linked at the level of persons by %u deterministic rule%s in order; persons by %s.", job->cascade.n, job->cascade.n == 1 ? "" : "s", method[job->cluster]);
    } else {
        SAY("Linked at the level of persons, probabilistic (Fellegi and Sunter): %u blocking rules, %u comparisons, decision at %.4g bits; persons by %s.", job->rules.n,
            job->comparisons.n, f->d.decision, method[job->cluster]);
    }
}
static void say_parameters(const ck_report_facts *f, char answer[ANSWER_MOST]) {
    if (ck_report_is_weighed(f))
        SAY("Pairs kept from %.4g bits on, links from %.4g; m and u of every level in The model; every default is written out in job.resolved.yaml.", f->work->job.floor, f->d.decision);
    else
        SAY("The rules and every default are written out in job.resolved.yaml.");
}
static void say_quality(const ck_report_facts *f, char answer[ANSWER_MOST]) {
    double precision, recall;
    bool measured = ck_report_precision_recall(f, &precision, &recall);
    SAY("%s%s%s%s", f->evaluation ? "Measured against truth. " : "", f->estimates ? "Estimated without truth. " : "", f->review ? "Reviewed by people. " : "",
        f->evaluation || f->estimates || f->review ? "Quality of the links has measures and intervals." : "Not assessed yet.");
    if (isfinite(precision) && isfinite(recall)) {
        size_t used = strlen(answer);
        char p[CK_PERCENT_TEXT], r[CK_PERCENT_TEXT];
        ck_percent_text(precision, p);
        ck_percent_text(recall, r);
        snprintf(answer + used, ANSWER_MOST - used, " Pairs inside persons: precision %s, recall %s%s.", p, r, measured ? "" : " at most, as expected");
    }
}
static void say_bias(const ck_report_facts *f, char answer[ANSWER_MOST]) {
    uint32_t n = f->d.ngroupings - (f->work->people.nsources > 1 ? 1 : 2); /* all records together are none; nor is a single source */
    if (!f->work->people.records || !n)
        SAY("The run has %s to compare.", n ? "no records" : "no groups");
    else
        SAY("Linked and not linked, compared by %u grouping%s with standardised differences.", n, n == 1 ? "" : "s");
}
static void say_selection(const ck_report_facts *f, char answer[ANSWER_MOST]) {
    (void)f;
    SAY("Rows opted out or rejected, and records not linked: Flow; by group: Linked and not linked.");
}
static void say_code(const ck_report_facts *f, char answer[ANSWER_MOST]) {
    SAY("Carrick %s; job.resolved.yaml%s of the result folder run%s again as %s.", CARRICK_VERSION, ck_report_is_weighed(f) ? " and model.json" : "",
        ck_report_is_weighed(f) ? "" : "s", ck_report_is_weighed(f) ? "they stand" : "it stands");
}
static void say_verification(const ck_report_facts *f, char answer[ANSWER_MOST]) {
    (void)f;
    SAY("run.json has hashes of the inputs and a stamp of every stage; the same inputs give the same bytes on any number of ranks, which carrick digest compares.");
}
static void say_record_level(const ck_report_facts *f, char answer[ANSWER_MOST]) {
    SAY("links.h5 holds the %s of every link (carrick export links).", f->work->job.npasses ? "stage and its weight" : f->work->job.cascade.n ? "rule" : "rule, weight and agreement");
}
static void say_uncertainty(const ck_report_facts *f, char answer[ANSWER_MOST]) {
    SAY("Intervals of 95 %% beside every measure%s", ck_report_is_weighed(f) ? "; all pairs above the floor are kept with their weights; carrick sensitivity moves the decision." : ".");
}
static void say_opt_outs(const ck_report_facts *f, char answer[ANSWER_MOST]) {
    size_t s;
    json_t *source;
    bool any = false;
    json_array_foreach(json_object_get(f->ingest, "sources"), s, source)
        any = any || json_object_get(source, "rows_opted_out");
    SAY("%s", any ? "Removed before anything was compared, and counted in Flow." : "The run was given no opt-outs.");
}
static void say_resources(const ck_report_facts *f, char answer[ANSWER_MOST]) {
    const json_t *run = f->work->record.root;
    SAY("%.3g s on %llu rank%s of %llu thread%s, at most %.3g MB a rank; by stage in run.json.", ck_json_real_at(run, "total_seconds"),
        (unsigned long long)ck_json_count_at(run, "ranks"), ck_json_count_at(run, "ranks") == 1 ? "" : "s", (unsigned long long)ck_json_count_at(run, "threads"),
        ck_json_count_at(run, "threads") == 1 ? "" : "s", ck_json_real_at(run, "peak_rss_bytes") / 1e6);
}

/** Items, in the order of their sources; `say` NULL: for people. */
static const struct item {
    const char *item, *asks;
    answer_item *say;
} items[] = {
    {"GUILD 1", "How the data were generated, extracted and processed; the population", say_sources},
    {"GUILD 1", "Why they were collected, who is not in them, consent", NULL},
    {"GUILD 2", "Linkage: method, quality checks, what was passed on", say_method},
    {"GUILD 3", "Analysis: how linkage error was allowed for", NULL},
    {"GUILD 4", "Reporting: quality of linkage and its bias", say_bias},
    {"RECORD 1.1, 1.2", "Type of data, region and time in title or abstract", NULL},
    {"RECORD 1.3", "Linkage named in title or abstract", NULL},
    {"RECORD 6.1, 6.2", "How the population was selected, and validation of the codes", NULL},
    {"RECORD 6.3", "Flow diagram with numbers linked at each stage", say_flow},
    {"RECORD 7.1", "Code lists and definitions of variables", NULL},
    {"RECORD 12.1", "Access to the database population", NULL},
    {"RECORD 12.2", "Data cleaning", say_cleaning},
    {"RECORD 12.3", "Level and methods of linkage", say_method},
    {"RECORD 12.3", "How linkage quality was assessed", say_quality},
    {"RECORD 13.1", "Selection by quality, availability and linkage", say_selection},
    {"RECORD 19.1", "What missed and false links mean for the findings", NULL},
    {"RECORD 22.1", "Access to protocol, raw data and code", say_code},
    {"QAFDL profiling", "Completeness and validity of the inputs", say_cleaning},
    {"QAFDL variables", "Which variables link, and why these", say_variables},
    {"QAFDL enrichment", "Opt-outs excluded and counted", say_opt_outs},
    {"QAFDL techniques", "Technique and tools", say_method},
    {"QAFDL parameters", "Configuration of parameters", say_parameters},
    {"QAFDL versions", "Version control and assessment card", say_code},
    {"QAFDL verification", "Verification and validity", say_verification},
    {"QAFDL record level", "Matching step and confidence of each link", say_record_level},
    {"QAFDL aggregate", "Agreement, bias, precision, recall, F1", say_quality},
    {"QAFDL uncertainty", "Uncertainty and sensitivity to parameters", say_uncertainty},
    {"QAFDL resources", "Speed and compute", say_resources},
    {"QAFDL change", "How changes are communicated to users", NULL},
    {"QAFDL safety", "Clinical safety of wrong and missed links", NULL},
    {"QAFDL ethics", "Ethics and fairness", NULL},
    {"QAFDL governance", "Roles in information governance", NULL},
    {"QAFDL triage", "How much assurance this linkage needs", NULL},
};

void ck_report_statement(ck_report_facts *f) {
    char answer[ANSWER_MOST];
    ck_report_section(&f->report, "statement", "GUILD, RECORD and QAFDL");
    ck_report_text(&f->report, "What this run answers of the statements that linkage is asked to report by, and what is left for people to write.");
    ck_table *t = CK_TABLE(&f->report, "items", "checklist", "ttt", "Items answered by the run", "Item", "Asks for", "Answer");
    for (size_t k = 0; k < sizeof items / sizeof *items; k++)
        if (items[k].say) {
            items[k].say(f, answer);
            ck_put_text(&f->report, t, items[k].item);
            ck_put_text(&f->report, t, items[k].asks);
            ck_put_text(&f->report, t, answer);
        }
    t = CK_TABLE(&f->report, "open-items", "checklist", "ttt", "Items to be written by people", "Item", "Asks for", "Answer");
    for (size_t k = 0; k < sizeof items / sizeof *items; k++)
        if (!items[k].say) {
            ck_put_text(&f->report, t, items[k].item);
            ck_put_text(&f->report, t, items[k].asks);
            ck_put_text(&f->report, t, "To be written by people");
        }
}
