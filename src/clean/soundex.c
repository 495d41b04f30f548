/* American Soundex, as the US National Archives define it: equal codes next to each other, or with only H or W
   between them, are one; vowels and Y separate them. */
#include "clean/kinds.h"
#include <string.h>

bool ck_soundex(const char *text, size_t n, char out[4]) {
    static const char code_of[26] = "01230120022455012623010202"; /* A-Z; '0' has no code */
    size_t kept = 0;
    char last = 0;
    memcpy(out, "0000", 4);
    for (size_t i = 0; i < n && kept < 4; i++) {
        char letter = ck_to_upper(text[i]);
        if (!ck_is_upper(letter))
            continue;
        char code = code_of[letter - 'A'];
        if (kept == 0)
            out[kept++] = letter;
        else if (code != '0' && code != last)
            out[kept++] = code;
        if (letter != 'H' && letter != 'W')
            last = code;
    }
    return kept > 0;
}
