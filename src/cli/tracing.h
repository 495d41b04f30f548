/** The trace of a job (trace/trace.h) at work on its people.h5: for 'carrick trace', which writes what is found, and for linking, which takes it for decided. */
#ifndef CK_CLI_TRACING_H
#define CK_CLI_TRACING_H
#include "cli/workspace.h"
#include "cluster/units.h"
#include "trace/trace.h"

/** Trace every record that is not the index's; people.h5 is opened with codes. The caller closes and frees both, after an error too. Collective. */
ck_status ck_tracing_run(ck_workspace *work, ck_error *error, ck_trace **trace, ck_trace_answers *answers);
/** Rows of one person of the index are one person, and so is everything that was traced to it. Collective. */
ck_status ck_tracing_unite(ck_workspace *work, ck_error *error, ck_units *units);

#endif
