/** Messages to the person who runs Carrick. The library never prints: it hands each message to a sink,
 *  which the command line installs on rank 0. No message holds a person's value. Local; not thread-safe
 *  (call outside parallel regions). */
#ifndef CK_BASE_LOG_H
#define CK_BASE_LOG_H
#include <stdbool.h>
#include <stdint.h>

typedef enum ck_log_kind { CK_LOG_STAGE, CK_LOG_INFO, CK_LOG_WARN, CK_LOG_PROGRESS } ck_log_kind;
typedef void ck_log_sink(void *user, ck_log_kind kind, const char *text);

/** Install the sink (NULL: silent, the default). */
void ck_log_set_sink(ck_log_sink *sink, void *user);
/** One message, without a newline. */
void ck_log(ck_log_kind kind, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Progress of the current stage, at most ten times a second; done == total ends the line. */
void ck_log_progress(const char *what, uint64_t done, uint64_t total);

#endif
