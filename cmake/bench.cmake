# Benchmarks: programs that nobody but `cmake --build BUILD --target bench` builds, into BUILD itself. The scripts of bench/ need only the
# carrick program.
set(BENCH_REFERENCE ${CMAKE_SOURCE_DIR}/tests/reference)
add_executable(bench_pairs EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/bench/pairs.c ${CMAKE_SOURCE_DIR}/bench/pairs_data.c
  ${BENCH_REFERENCE}/condition.c ${BENCH_REFERENCE}/linkage.c ${BENCH_REFERENCE}/people.c ${BENCH_REFERENCE}/similarity.c)
target_include_directories(bench_pairs PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/tests)
target_compile_definitions(bench_pairs PRIVATE CARRICK_BENCH_FOLDER="${CMAKE_SOURCE_DIR}/bench")
target_link_libraries(bench_pairs PRIVATE carrick_flags libcarrick PkgConfig::UTF8PROC PkgConfig::XXHASH m)

add_executable(bench_components EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/bench/components.c)
target_include_directories(bench_components PRIVATE ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(bench_components PRIVATE carrick_flags libcarrick m)

add_executable(bench_clk EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/bench/clk.c)
target_include_directories(bench_clk PRIVATE ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(bench_clk PRIVATE carrick_flags libcarrick m)

add_custom_target(bench DEPENDS bench_pairs bench_components bench_clk)
if(TARGET bench_kernels)
  add_dependencies(bench bench_kernels)
endif()
