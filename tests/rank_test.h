/** Main of the unit tests that run at any number of ranks: alone one rank without MPI (so that a leak checker sees only
 *  this program), and with CARRICK_TEST_RANKS set the ranks of mpirun (tests/ranks/rooms.sh). Include after cmocka.h. */
#ifndef CK_TESTS_RANK_TEST_H
#define CK_TESTS_RANK_TEST_H
#include "par/par.h"
#include <stdlib.h>

static ck_comm comm = {0, 1, NULL};

#define RUN_AT_RANKS(argc, argv, name, tests)                                                                       \
    do {                                                                                                            \
        ck_error start_error = {0};                                                                                 \
        bool mpi = getenv("CARRICK_TEST_RANKS") != NULL;                                                            \
        if (mpi && ck_par_start(&(argc), &(argv), &comm, &start_error) != CK_OK)                                    \
            return 1;                                                                                               \
        int failed = cmocka_run_group_tests_name(name, tests, NULL, NULL);                                          \
        if (mpi)                                                                                                    \
            ck_par_stop(&comm);                                                                                     \
        return failed;                                                                                              \
    } while (0)

#endif
