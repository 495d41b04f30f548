# Tests: unit programs (cmocka), scripts that run the engine, and the layer rules.
option(CARRICK_TESTS "Build the tests" ON)
if(NOT CARRICK_TESTS)
  return()
endif()
enable_testing()
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)

# tests/unit/test_<room>.c and tests/reference/test_<thing>.c: one program, one ctest each.
# Other files of tests/reference are the slow and obvious versions, linked into all of them.
file(GLOB REFERENCE_SOURCES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/reference/*.c)
list(FILTER REFERENCE_SOURCES EXCLUDE REGEX "/test_[^/]*$")
file(GLOB UNIT_TESTS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/test_*.c ${CMAKE_SOURCE_DIR}/tests/reference/test_*.c)
foreach(source ${UNIT_TESTS})
  get_filename_component(name ${source} NAME_WE)
  string(REPLACE "test_" "" short ${name})
  add_executable(${name} ${source} ${REFERENCE_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE carrick_flags libcarrick PkgConfig::CMOCKA PkgConfig::JANSSON OpenMP::OpenMP_C m)
  add_test(NAME ${short} COMMAND ${name})
  set_tests_properties(${short} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300)
endforeach()

# The program with places that fail on purpose, for fault.walk.
if(CARRICK_FAULTS)
  set(FAULTY carrick)
else()
  set(FAULTY carrick_faults)
  add_executable(carrick_faults ${CARRICK_SOURCES} ${CLI_SOURCES})
  target_compile_definitions(carrick_faults PRIVATE CARRICK_FAULTS)
  target_compile_options(carrick_faults PRIVATE -O1)
  target_include_directories(carrick_faults PRIVATE ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(carrick_faults PRIVATE carrick_flags ${CARRICK_LIBRARIES})
endif()

# tests/cli, ranks, fault, slurm and programmes: scripts called with the carrick program; exit 77 = skipped.
file(GLOB SCRIPT_TESTS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/cli/*.sh ${CMAKE_SOURCE_DIR}/tests/ranks/*.sh
  ${CMAKE_SOURCE_DIR}/tests/fault/*.sh ${CMAKE_SOURCE_DIR}/tests/slurm/*.sh ${CMAKE_SOURCE_DIR}/tests/programmes/*.sh)
foreach(source ${SCRIPT_TESTS})
  get_filename_component(name ${source} NAME_WE)
  get_filename_component(folder ${source} DIRECTORY)
  get_filename_component(folder ${folder} NAME)
  set(program carrick)
  if(folder STREQUAL fault AND name MATCHES "^(walk|slow)$")
    set(program ${FAULTY})
  endif()
  set(size)
  if(folder STREQUAL programmes)
    set(size quick) # a hundredth of the published size; a tenth takes longer
    add_test(NAME programmes.${name}_tenth COMMAND bash ${source} $<TARGET_FILE:carrick> tenth)
    set_tests_properties(programmes.${name}_tenth PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 1800 LABELS long)
  endif()
  add_test(NAME ${folder}.${name} COMMAND bash ${source} $<TARGET_FILE:${program}> ${size})
  set_tests_properties(${folder}.${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600)
endforeach()

# One Slurm at a time: its daemons have their ports.
set_tests_properties(slurm.jobs slurm.requeue slurm.programmes PROPERTIES RESOURCE_LOCK slurm)
set_tests_properties(slurm.requeue slurm.programmes PROPERTIES LABELS long)
set_tests_properties(slurm.programmes PROPERTIES TIMEOUT 1800)

# Many more faults than fault.walk: 40 calls of each place on each rank; a test for each place, so that they run side by side.
foreach(place alloc read write fsync rename mkdir h5 send reads)
  add_test(NAME fault.walk_${place} COMMAND bash ${CMAKE_SOURCE_DIR}/tests/fault/walk.sh $<TARGET_FILE:${FAULTY}> 40 ${place})
  set_tests_properties(fault.walk_${place} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 1800 LABELS long)
endforeach()

add_test(NAME layers COMMAND bash ${CMAKE_SOURCE_DIR}/tests/layers.sh ${CMAKE_SOURCE_DIR})
