/** Asked to stop: SIGTERM, or SIGUSR1, which Slurm and others send before a time limit.
 *
 *      ck_stop_listen();                          main, before the ranks start
 *      while (...) {
 *          if (ck_stop_check(&error)) break;      between units of work; carried to the next ck_par_agree, which stops all ranks
 *          ...
 *      }
 *
 *  The signal only sets a flag: whoever does the work leaves it at a good place, with what is done kept, and the program ends with
 *  CK_STOPPED. A second signal of the same kind ends the process at once, as signals do. Local, thread-safe.
 */
#ifndef CK_BASE_STOP_H
#define CK_BASE_STOP_H
#include <carrick/status.h>
#include <stdbool.h>

/** From now on the signals are heard, and end nothing by themselves. */
void ck_stop_listen(void);
/** Has one come? Costs as much as reading a variable. */
bool ck_stop_requested(void);
/** CK_STOPPED with its sentence if one has come. @return the status kept in `error` */
ck_status ck_stop_check(ck_error *error);

#endif
