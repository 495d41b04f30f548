/** Plain loops over lanes, compiled for several instruction sets; the loader takes the best. Results are the same with each. */
#ifndef CK_BASE_LANES_H
#define CK_BASE_LANES_H

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define LANES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LANES
#endif

#endif
