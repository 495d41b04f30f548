#include "cli/tracing.h"
#include "base/memory.h"

ck_status ck_tracing_run(ck_workspace *work, ck_error *error, ck_trace **trace, ck_trace_answers *answers) {
    const ck_comm *comm = &work->cli->comm;
    *trace = NULL;
    *answers = (ck_trace_answers){0};
    if (ck_workspace_people(work, error, true) == CK_OK && ck_trace_open(comm, error, &work->people, &work->job.trace, work->cli->kernels, trace) == CK_OK)
        ck_trace_run(*trace, error, answers);
    return error->status;
}

ck_status ck_tracing_unite(ck_workspace *work, ck_error *error, ck_units *units) {
    ck_trace *trace;
    ck_trace_answers answers;
    uint32_t begin, end;
    if (ck_tracing_run(work, error, &trace, &answers) == CK_OK) {
        for (uint32_t person = 1; person <= ck_trace_persons(trace); person++) {
            const uint32_t *row = ck_trace_rows(trace, person, &begin, &end);
            for (uint32_t r = begin + 1; r < end; r++)
                ck_units_unite(units, row[begin], row[r]);
        }
        for (uint64_t i = 0; i < answers.n; i++)
            if (answers.answer[i].person) {
                const uint32_t *row = ck_trace_rows(trace, answers.answer[i].person, &begin, &end);
                ck_units_unite(units, row[begin], answers.answer[i].record);
            }
    }
    ck_free(answers.answer);
    ck_trace_close(trace);
    return error->status;
}
