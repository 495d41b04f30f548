#include "cli/explain_rules.h"
#include "cli/files.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/** The weight of the pair in this rank's links, 0 when it is not among them. */
static double find_weight(ck_links_reader *links, ck_error *error, uint64_t a, uint64_t b) {
    double weight = 0;
    while (ck_links_reader_next(links, error))
        for (uint64_t i = 0; i < links->slice.n; i++)
            if (links->slice.a[i] == a && links->slice.b[i] == b)
                weight = links->slice.weight[i];
    return weight;
}

/** One rank at most has it. */
static double share_weight(const ck_comm *comm, double weight) {
    uint64_t positive = weight > 0 ? (uint64_t)weight : 0, negative = weight < 0 ? (uint64_t)-weight : 0;
    ck_par_max(comm, &positive, 1);
    ck_par_max(comm, &negative, 1);
    return (double)positive - (double)negative;
}

ck_status ck_find_verdict(ck_workspace *work, ck_error *error, uint64_t a, uint64_t b, ck_rule_verdict *verdict) {
    const ck_comm *comm = &work->cli->comm;
    const ck_cascade *cascade = &work->job.cascade;
    ck_links_reader links = {0};
    uint8_t there = comm->rank == 0 && ck_path_is_file(work->links_path) && ck_run_record_stage(&work->record, "link");
    ck_par_broadcast(comm, 0, &there, sizeof there);
    *verdict = (ck_rule_verdict){.known = there};
    if (there && ck_links_reader_open(comm, error, work->links_path, &links) == CK_OK) {
        verdict->weight = share_weight(comm, find_weight(&links, error, a, b));
        verdict->linked = verdict->weight > 0;
        double step = ck_cascade_weight(0) - fabs(verdict->weight);
        if (verdict->weight != 0 && step >= 0 && step < cascade->n)
            verdict->rule = cascade->rule[(uint32_t)step].name;
    }
    ck_links_reader_close(&links);
    return ck_par_agree(comm, error);
}

void ck_print_verdict(const ck_rule_verdict *verdict) {
    if (!verdict->known)
        printf("\nThe rules have not decided yet: 'carrick link' lets them.\n");
    else if (!verdict->rule)
        printf("\ndecided by no rule\n");
    else if (verdict->linked)
        printf("\ndecided by rule %s (weight %g: an order, no evidence)\n", verdict->rule, verdict->weight);
    else
        printf("\ndecided by no rule: by %s the match is not the only one of its records (ties.csv)\n", verdict->rule);
}
