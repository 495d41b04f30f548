# cmake --install: program, library, public headers, pkg-config and CMake package, man page, shell completion, module file, job scripts.
# All of it lies under the prefix, whoever installs, and none needs a network.
# The documents come from the program's own command table, made after it is linked.
include(CMakePackageConfigHelpers)

set(CARRICK_DOCUMENTS ${CMAKE_BINARY_DIR}/documents)
file(MAKE_DIRECTORY ${CARRICK_DOCUMENTS})
if(TARGET carrick)
  add_custom_command(TARGET carrick POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:carrick> --help-man > ${CARRICK_DOCUMENTS}/carrick.1
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:carrick> --completion bash > ${CARRICK_DOCUMENTS}/carrick.bash
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:carrick> --completion zsh > ${CARRICK_DOCUMENTS}/_carrick
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:carrick> --completion fish > ${CARRICK_DOCUMENTS}/carrick.fish
    COMMENT "Making the man page and shell completion" VERBATIM)
  # A cluster's MPI and HDF5 lie outside the loader's folders: the installed program remembers where it found them.
  set_target_properties(carrick PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
  install(TARGETS carrick RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES ${CARRICK_DOCUMENTS}/carrick.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${CARRICK_DOCUMENTS}/carrick.bash RENAME carrick DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${CARRICK_DOCUMENTS}/_carrick DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES ${CARRICK_DOCUMENTS}/carrick.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()

install(TARGETS libcarrick EXPORT carrick-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/include/carrick DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")

set(CARRICK_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/carrick)
install(EXPORT carrick-targets NAMESPACE carrick:: DESTINATION ${CARRICK_PACKAGE_DIR})
configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/package/carrickConfig.cmake.in ${CMAKE_BINARY_DIR}/carrickConfig.cmake
  INSTALL_DESTINATION ${CARRICK_PACKAGE_DIR})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/carrickConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/carrickConfig.cmake ${CMAKE_BINARY_DIR}/carrickConfigVersion.cmake DESTINATION ${CARRICK_PACKAGE_DIR})

# The library is static, so those who link it need its libraries too; MPI's come as this build found them.
set(CARRICK_MPI_LIBS ${MPI_C_LIBRARIES})
list(JOIN CARRICK_MPI_LIBS " " CARRICK_MPI_LIBS)
configure_file(${CMAKE_SOURCE_DIR}/cmake/package/carrick.pc.in ${CMAKE_BINARY_DIR}/carrick.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/carrick.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# A module file, share/modulefiles/carrick/<version>, and the job scripts that it points to with CARRICK_JOBS.
file(RELATIVE_PATH CARRICK_UP_FROM_MODULEFILES /${CMAKE_INSTALL_DATADIR}/modulefiles/carrick /)
configure_file(${CMAKE_SOURCE_DIR}/cmake/package/carrick.modulefile.in ${CMAKE_BINARY_DIR}/carrick.modulefile @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/carrick.modulefile RENAME ${PROJECT_VERSION} DESTINATION ${CMAKE_INSTALL_DATADIR}/modulefiles/carrick)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/jobs/slurm ${CMAKE_SOURCE_DIR}/jobs/rules DESTINATION ${CMAKE_INSTALL_DATADIR}/carrick)
