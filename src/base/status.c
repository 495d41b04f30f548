#include <carrick/status.h>
#include <stdarg.h>
#include <stdio.h>

ck_status ck_fail(ck_error *error, ck_status status, const char *format, ...) {
    if (error->status == CK_OK) {
        va_list args;
        va_start(args, format);
        vsnprintf(error->text, sizeof error->text, format, args);
        va_end(args);
        error->status = status;
    }
    return error->status;
}
