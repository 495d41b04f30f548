# Kernels: each instruction set is one file of src/compare and one of src/link, and only those get its flags; which one runs is
# chosen at start (ck_kernels_choose). A machine without an instruction set skips its test (exit 77).
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  set(V3_FLAGS -mavx2 -mfma -mbmi -mbmi2 -mlzcnt -mpopcnt)
  set(V4_FLAGS ${V3_FLAGS} -mavx512f -mavx512bw -mavx512dq -mavx512vl)
  set_source_files_properties(${CMAKE_SOURCE_DIR}/src/compare/lanes_avx2.c
    ${CMAKE_SOURCE_DIR}/src/link/levels_avx2.c PROPERTIES COMPILE_OPTIONS "${V3_FLAGS}")
  set_source_files_properties(${CMAKE_SOURCE_DIR}/src/compare/lanes_avx512.c
    ${CMAKE_SOURCE_DIR}/src/link/levels_avx512.c PROPERTIES COMPILE_OPTIONS "${V4_FLAGS}")
endif()

# bench/kernels.c: `cmake --build BUILD --target bench_kernels`, then BUILD/bench_kernels [NAMES.txt].
add_executable(bench_kernels EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/bench/kernels.c
  ${CMAKE_SOURCE_DIR}/tests/reference/similarity.c)
target_include_directories(bench_kernels PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/tests)
target_link_libraries(bench_kernels PRIVATE carrick_flags libcarrick m)

if(NOT DEFINED CARRICK_TESTS OR CARRICK_TESTS)
  foreach(isa scalar avx2 avx512)
    add_test(NAME compare.${isa} COMMAND test_similarity ${isa})
    set_tests_properties(compare.${isa} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300)
  endforeach()
  add_test(NAME compare.neon COMMAND bash ${CMAKE_SOURCE_DIR}/tests/reference/neon.sh ${CMAKE_SOURCE_DIR}
    ${CMAKE_BINARY_DIR}/neon)
  set_tests_properties(compare.neon PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600)
endif()
