/** Bits as text: base64 with padding (RFC 4648), in its one spelling. Own code, since the kernels are built where no library is. Local. */
#ifndef CK_BASE_BASE64_H
#define CK_BASE_BASE64_H
#include <stddef.h>
#include <stdint.h>

enum { CK_CLK_BYTES_MAX = 2048 }; /**< of the bits of a Bloom filter */

/** The bytes of a text. @return how many, SIZE_MAX when it is no base64, has bits behind the last byte, or does not fit */
size_t ck_base64_decode(const char *text, size_t n, uint8_t *bytes, size_t room);
/** The bits of a Bloom filter (kind clk). @return bytes, 0 when it is none, has no whole 64-bit words, or does not fit */
size_t ck_clk_decode(const char *text, size_t n, uint8_t *bits, size_t room);

#endif
