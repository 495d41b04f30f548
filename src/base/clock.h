/** Time and memory of this process. Local, thread-safe. */
#ifndef CK_BASE_CLOCK_H
#define CK_BASE_CLOCK_H
#include <stdint.h>

/** Seconds of a clock that never jumps. */
double ck_clock_seconds(void);
/** Seconds that the calling thread has computed; waiting and other programs' turns are not counted. */
double ck_clock_thread_seconds(void);
/** Peak resident set of this process so far (VmHWM), in bytes; 0 where it cannot be read. */
uint64_t ck_clock_peak_rss_bytes(void);
/** The resident set now (VmRSS). */
uint64_t ck_clock_rss_bytes(void);

#endif
